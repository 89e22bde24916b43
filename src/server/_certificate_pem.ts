import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";

const BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----[\s\S]*?-----END \1-----/g;

/** What a PEM file holds, block by block. */
export interface PemBlocks {
  readonly certificates: readonly string[];
  readonly keys: readonly string[];
}

/** Finds the certificates and the private keys in a text. */
export function pemBlocks(text: string): PemBlocks {
  const certificates: string[] = [];
  const keys: string[] = [];
  for (const [block, label = ""] of text.matchAll(BLOCK)) {
    if (label === "CERTIFICATE") certificates.push(`${block}\n`);
    else if (label.endsWith("PRIVATE KEY")) keys.push(`${block}\n`);
  }
  return { certificates, keys };
}

/** Tells whether a private key can be read only with a password. */
export function isEncryptedKey(key: string): boolean {
  return key.includes("BEGIN ENCRYPTED PRIVATE KEY") || /^Proc-Type: 4,ENCRYPTED/m.test(key);
}

/** Gives a private key in the form that every TLS stack takes (PKCS #8). @throws where it is none */
export function standardKey(key: string): string {
  return createPrivateKey(key).export({ format: "pem", type: "pkcs8" }).toString();
}

/** A certificate that goes with a key, and those that lead from it to an authority. */
export interface CertificateChain {
  readonly leaf: X509Certificate;
  /** As TLS sends them: the leaf first, then who signed it, and so on. */
  readonly pem: string;
}

/**
 * Puts certificates in order. Those that have nothing to do with the leaf are left out, and so is an authority that
 * signed itself: who trusts it has it.
 *
 * @returns undefined where none of them goes with the key
 */
export function chainFor(
  certificates: readonly string[],
  key: string,
): CertificateChain | undefined {
  const all = certificates.map((pem) => ({ pem, certificate: new X509Certificate(pem) }));
  const privateKey: KeyObject = createPrivateKey(key);
  const leaf = all.find(({ certificate }) => certificate.checkPrivateKey(privateKey));
  if (!leaf) return undefined;
  const chain = [leaf];
  for (;;) {
    const { issuer } = chain.at(-1)!.certificate;
    // Each once: authorities that signed each other would have no end.
    const next = all.find((one) => !chain.includes(one) && one.certificate.subject === issuer);
    if (!next || next.certificate.issuer === next.certificate.subject) break;
    chain.push(next);
  }
  return { leaf: leaf.certificate, pem: chain.map(({ pem }) => pem).join("") };
}
