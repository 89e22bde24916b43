import assert from "node:assert/strict";
import {
  chainFor,
  isEncryptedKey,
  pemBlocks,
  standardKey,
} from "../../../src/server/_certificate_pem.ts";
import { crossSigned, testCertificate } from "../../support/certificates.ts";

Deno.test("chainFor() puts who signed behind whom it signed, and no authority that signed itself", async () => {
  const { leaf, middle, root, key } = await crossSigned();
  const chain = chainFor([root, middle, leaf], key);
  assert.equal(chain?.pem, leaf + middle);
});

Deno.test("chainFor() ends where two authorities signed each other", async () => {
  const { leaf, middle, other, key } = await crossSigned();
  assert.equal(chainFor([other, middle, leaf], key)?.pem, leaf + middle + other);
});

Deno.test("chainFor() finds nothing where no certificate goes with the key", async () => {
  const [one, other] = [await testCertificate(), await testCertificate()];
  assert.equal(chainFor([one.certificate], other.key), undefined);
  assert.equal(chainFor([], other.key), undefined);
});

Deno.test("pemBlocks() finds certificates and keys among other text", () => {
  const block = (label: string) => `-----BEGIN ${label}-----\nAAAA\n-----END ${label}-----\n`;
  const text = `Bag Attributes\n${block("CERTIFICATE")}x\r\n${block("EC PRIVATE KEY")}` +
    block("DH PARAMETERS") + block("CERTIFICATE");
  const { certificates, keys } = pemBlocks(text);
  assert.equal(certificates.length, 2);
  assert.deepEqual(keys, [block("EC PRIVATE KEY")]);
});

Deno.test("isEncryptedKey() knows both ways in which keys are encrypted", async () => {
  assert.equal(isEncryptedKey("-----BEGIN ENCRYPTED PRIVATE KEY-----"), true);
  const legacy = "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n";
  assert.equal(isEncryptedKey(legacy), true);
  const { key } = await testCertificate();
  assert.equal(isEncryptedKey(key), false);
  assert.match(standardKey(key), /^-----BEGIN PRIVATE KEY-----/);
});
