import { makeDevelopmentCertificate } from "../../src/server/_certificate_development.ts";
import {
  type Asn1,
  type ForgeCertificate,
  library,
  pemOf,
} from "../../src/server/_certificate_forge.ts";
import { bytesOf } from "./raw_client.ts";

/** A certificate and its key, as PEM. */
export interface TestCertificate {
  readonly certificate: string;
  readonly key: string;
}

/** Makes a certificate for the loopback names that was valid from `now` on. */
export function testCertificate(now = new Date()): Promise<TestCertificate> {
  return makeDevelopmentCertificate(now);
}

/** The part of the library that writes what the host only reads. */
interface ForgeWriter {
  readonly pkcs12: {
    toPkcs12Asn1(key: object, chain: object[], password: string, options: object): Asn1;
  };
  readonly pki: {
    privateKeyFromPem(pem: string): object;
    certificateFromPem(pem: string): object;
  };
}

/** The part of the library that signs by itself. */
interface ForgeSigner {
  readonly pki: {
    privateKeyFromPem(pem: string): object;
    certificateFromPem(pem: string): { readonly publicKey: object };
    createCertificate(): ForgeCertificate & { sign(key: object): void };
  };
}

/** Makes a PFX file, encrypted as Windows has long done it, or as is usual today. */
export function pfxOf(
  { certificate, key }: TestCertificate,
  password: string,
  algorithm: "3des" | "aes256",
): Uint8Array {
  const { pkcs12, pki } = library as unknown as ForgeWriter;
  const chain = [pki.certificateFromPem(certificate)];
  const options = { algorithm, count: 10 };
  const file = pkcs12.toPkcs12Asn1(pki.privateKeyFromPem(key), chain, password, options);
  return bytesOf(library.asn1.toDer(file).getBytes());
}

/** An ECDSA certificate in a PFX file of OpenSSL 3 (AES-256, SHA-256), password `pässword`. */
export const ECDSA_PFX =
  "MIIELAIBAzCCA+IGCSqGSIb3DQEHAaCCA9MEggPPMIIDyzCCAoIGCSqGSIb3DQEHBqCCAnMwggJvAgEAMIICaAYJKoZIhvcN" +
  "AQcBMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAhLKqh7tcPuHQICCAAwDAYIKoZIhvcNAgkFADAdBglghkgBZQME" +
  "ASoEEFac45HeAGYg7Cx3xgu0Y+WAggIAx3PslJ5CniNPhxflBwnx3we3hSqt7hHPe9ncKhqNt6Cw6aDGf8zjhJPwJ1P9lYRD" +
  "K3eI18S0EIGHGeHwJMNn5UybVOYOkLPFVQsBLSg1R+svP4zM4brbZ5Bknx0tm7uq59TtUc7IqLG9aC2rmFH+Ci4sPr8qTd8j" +
  "Gj+2ct69doJf6CkqxYfd0XoTl+/L08jMFKCb/z+qNI1ZR3T8f00rViuW4ctZhdg4iOWNvqOf0BC3MeZUG3IONtJ3qS4gjBcs" +
  "tXbefFHqpIC+WeeQYlVzJqGzFVx+RU0JVrcd99Ca9j5h6ZgHxk6FaajgOTFU79n/TJCZk4QKTJJNn74+AChJqJvkkn771/XG" +
  "e0kw555FIcSJTuPXyHBLPZ2xZ3glnetoywjlZGjguxkSaYlKwn6yNlJBLF7YsmkKPAdevsFdhGkPY2sVzEs6DO/fK4fIOD5x" +
  "TwxkpqMAsATNBZB2ddGpxskdFMbmQ1C2faOvlRK8VwnXhmsb6Lp90uJr3sWVNUBf2jMOf2smsszzuUPthHQgWWdDbIOx3BP4" +
  "69odREsTBRBeSd6o1EukETvSVqVYi6T+xRZmNc0ktozm3HkYE8qXbvDOuXiv1ehcoMEGBTXAeFmyy78tvEmt4HV6TlqguJeP" +
  "IOOMQ60xQZ3Fem53vaYsU8pWiZE+++8RczquMonTT9wwggFBBgkqhkiG9w0BBwGgggEyBIIBLjCCASowggEmBgsqhkiG9w0B" +
  "DAoBAqCB7zCB7DBXBgkqhkiG9w0BBQ0wSjApBgkqhkiG9w0BBQwwHAQId9gWRMCn7xICAggAMAwGCCqGSIb3DQIJBQAwHQYJ" +
  "YIZIAWUDBAEqBBBRJYeyauHJ0Y0SD+J7qj1tBIGQhwlIIAnJTMfm2HD5zpXk76RRoC7ODE7t6Fph2uKhisJKTr9BxNXWf/kP" +
  "6uQgZvmCIL1we+qmOsc3/WEvOgbSmirJOq/4y+rbeDeQlWOgUnisyv6mspFNqee/x6Ap3OEO+JNJZAX8Q78z43oyivpQwt1x" +
  "wGAx3KLHGZ5f2YcVj2bhOsB19GsuSsUkfCmMphh0MSUwIwYJKoZIhvcNAQkVMRYEFHyfgQa3m3z+2hf8c7qJrEfvxSsNMEEw" +
  "MTANBglghkgBZQMEAgEFAAQgmahOKfSx+gcI62Bs7kOW9N3kmcO9HWM/9VS5oIxLA5gECAEZry7nJ+X2AgIIAA==";

/** A server's certificate with its key, and three authorities: one that signed itself, two that signed each other. */
export async function crossSigned(): Promise<
  { leaf: string; middle: string; root: string; other: string; key: string }
> {
  const [server, authority] = [await testCertificate(), await testCertificate()];
  const { pki } = library as unknown as ForgeSigner;
  const signingKey = pki.privateKeyFromPem(authority.key);
  const made = (owner: TestCertificate, subject: string, issuer: string) => {
    const certificate = pki.createCertificate();
    certificate.publicKey = pki.certificateFromPem(owner.certificate).publicKey;
    certificate.setSubject([{ name: "commonName", value: subject }]);
    certificate.setIssuer([{ name: "commonName", value: issuer }]);
    certificate.sign(signingKey);
    return pemOf("CERTIFICATE", library.pki.certificateToAsn1(certificate));
  };
  return {
    leaf: made(server, "leaf", "middle"),
    middle: made(authority, "middle", "root"),
    root: made(authority, "root", "root"),
    other: made(authority, "root", "middle"),
    key: server.key,
  };
}
