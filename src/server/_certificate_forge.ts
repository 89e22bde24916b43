import forge from "node-forge";

/** One character a byte. */
export type BinaryText = string;
/** A value of ASN.1. */
export interface Asn1 {
  value: unknown;
}

/** A safe bag of PKCS #12: what it holds, or the ASN.1 of what the library has no model for (all but RSA). */
export interface SafeBag {
  readonly key?: object | null;
  readonly cert?: object | null;
  readonly asn1?: Asn1;
}

/** The parts of the library that are used here; it brings no types. */
export interface Forge {
  readonly asn1: {
    fromDer(bytes: BinaryText): Asn1;
    toDer(value: Asn1): { getBytes(): BinaryText };
  };
  readonly pkcs12: {
    pkcs12FromAsn1(value: Asn1, strict: boolean, password: string): {
      getBags(filter: { bagType: string }): Record<string, SafeBag[] | undefined>;
    };
  };
  readonly pki: {
    readonly oids: Readonly<Record<string, string>>;
    certificateToAsn1(certificate: object): Asn1;
    createCertificate(): ForgeCertificate;
    getTBSCertificate(certificate: ForgeCertificate): Asn1;
    privateKeyToAsn1(key: object): Asn1;
    publicKeyFromAsn1(value: Asn1): object;
    wrapRsaPrivateKey(value: Asn1): Asn1;
  };
}

/** A certificate that is being made. */
export interface ForgeCertificate {
  serialNumber: string;
  publicKey: object;
  signatureOid: string;
  siginfo: { algorithmOid: string };
  tbsCertificate: Asn1;
  signature: BinaryText;
  readonly validity: { notBefore: Date; notAfter: Date };
  setSubject(attributes: readonly object[]): void;
  setIssuer(attributes: readonly object[]): void;
  setExtensions(extensions: readonly object[]): void;
}

/** The library, with types. */
export const library: Forge = forge as unknown as Forge;

/** Gives bytes as the library takes them. */
export function binaryText(bytes: Uint8Array): BinaryText {
  let text = "";
  for (let at = 0; at < bytes.length; at += 8_192) {
    text += String.fromCharCode(...bytes.subarray(at, at + 8_192));
  }
  return text;
}

/** Writes a value as PEM. @param label such as `CERTIFICATE` */
export function pemOf(label: string, value: Asn1): string {
  const lines = btoa(library.asn1.toDer(value).getBytes()).replace(/.{64}/g, "$&\n").trimEnd();
  return `-----BEGIN ${label}-----\n${lines}\n-----END ${label}-----\n`;
}
