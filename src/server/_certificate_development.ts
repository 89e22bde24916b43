import { binaryText, library, pemOf } from "./_certificate_forge.ts";

/** Says what it is to everybody who looks at it. */
const SUBJECT = [
  { name: "commonName", value: "ancm-host development certificate" },
  { name: "organizationName", value: "Made by ancm-host for this run, not for production" },
];

/** For how long it is valid: no browser takes one that is valid for longer. Days. */
const VALID_DAYS = 397;
const DAY_MS = 86_400_000;

const EXTENSIONS = [
  // Clients that are strict take no authority for a server.
  { name: "basicConstraints", cA: false, critical: true },
  { name: "keyUsage", digitalSignature: true, keyEncipherment: true, critical: true },
  { name: "extKeyUsage", serverAuth: true },
  {
    name: "subjectAltName",
    altNames: [
      { type: 2, value: "localhost" },
      { type: 7, ip: "127.0.0.1" },
      { type: 7, ip: "::1" },
    ],
  },
];

const ALGORITHM = {
  name: "RSASSA-PKCS1-v1_5",
  hash: "SHA-256",
  modulusLength: 2048,
  publicExponent: Uint8Array.of(1, 0, 1),
};

/** Makes a key, and a certificate signed by itself for this machine's loopback names; both as PEM. */
export async function makeDevelopmentCertificate(
  now: Date,
): Promise<{ certificate: string; key: string }> {
  const { asn1, pki } = library;
  const pair = await crypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
  const publicKey = await exported("spki", pair.publicKey);
  const certificate = pki.createCertificate();
  certificate.publicKey = pki.publicKeyFromAsn1(asn1.fromDer(publicKey));
  certificate.serialNumber = serialNumber();
  certificate.validity.notBefore = new Date(now.getTime() - DAY_MS);
  certificate.validity.notAfter = new Date(now.getTime() + VALID_DAYS * DAY_MS);
  certificate.setSubject(SUBJECT);
  certificate.setIssuer(SUBJECT);
  certificate.setExtensions(EXTENSIONS);
  certificate.signatureOid =
    certificate.siginfo.algorithmOid =
      pki.oids["sha256WithRSAEncryption"] ?? "";
  certificate.tbsCertificate = pki.getTBSCertificate(certificate);
  const signed = bytesOf(asn1.toDer(certificate.tbsCertificate).getBytes());
  const signature = await crypto.subtle.sign(ALGORITHM.name, pair.privateKey, signed);
  certificate.signature = binaryText(new Uint8Array(signature));
  const key = asn1.fromDer(await exported("pkcs8", pair.privateKey));
  return {
    certificate: pemOf("CERTIFICATE", pki.certificateToAsn1(certificate)),
    key: pemOf("PRIVATE KEY", key),
  };
}

async function exported(format: "spki" | "pkcs8", key: CryptoKey): Promise<string> {
  return binaryText(new Uint8Array(await crypto.subtle.exportKey(format, key)));
}

/** Positive, and new each time: a browser that has seen one before takes no other by the same number. */
function serialNumber(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[0] = bytes[0]! & 0x7f | 0x40;
  return bytes.toHex();
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
