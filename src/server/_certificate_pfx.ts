import { type Asn1, binaryText, library, pemOf, type SafeBag } from "./_certificate_forge.ts";

/** What a PFX file holds, as PEM; certificates in the order of the file. */
export interface PfxContents {
  readonly certificates: readonly string[];
  readonly keys: readonly string[];
}

/** Why a PFX file cannot be read. */
export class PfxError extends Error {
  override readonly name = "PfxError";

  /** @param isPassword whether another password might help */
  constructor(readonly isPassword: boolean, options: ErrorOptions) {
    super("The PFX file cannot be read", options);
  }
}

/**
 * Takes a PFX file (PKCS #12) apart.
 *
 * @throws {PfxError}
 * @see RFC 7292
 */
export function readPfx(bytes: Uint8Array, password: string): PfxContents {
  let file: Asn1;
  try {
    file = library.asn1.fromDer(binaryText(bytes));
  } catch (cause) {
    throw new PfxError(false, { cause });
  }
  try {
    return contentsOf(file, password);
  } catch (cause) {
    const isPassword = cause instanceof Error &&
      /password|mac could not|decrypt/i.test(cause.message);
    throw new PfxError(isPassword, { cause });
  }
}

function contentsOf(file: Asn1, password: string): PfxContents {
  try {
    return bagsOf(file, password);
  } catch (error) {
    const isOpened = error instanceof Error && /decrypt/i.test(error.message);
    // deno-lint-ignore no-control-regex -- all of ASCII
    if (!isOpened || /^[\x00-\x7f]*$/.test(password)) throw error;
    // The seal was right: the newer ciphers take the password as UTF-8, which the library does not know.
    const utf8 = binaryText(new TextEncoder().encode(password));
    return bagsOf(withoutSeal(file), utf8);
  }
}

/** Leaves out the MAC over the contents, which is the third part. @see RFC 7292 §4 */
function withoutSeal(file: Asn1): Asn1 {
  return Array.isArray(file.value) ? { ...file, value: file.value.slice(0, 2) } : file;
}

function bagsOf(file: Asn1, password: string): PfxContents {
  const { pkcs12, pki } = library;
  const pfx = pkcs12.pkcs12FromAsn1(file, false, password);
  const bags = (type: string) => {
    const bagType = pki.oids[type] ?? "";
    return pfx.getBags({ bagType })[bagType] ?? [];
  };
  return {
    certificates: bags("certBag").map(certificateOf),
    keys: [...bags("pkcs8ShroudedKeyBag"), ...bags("keyBag")].map(keyOf),
  };
}

function certificateOf({ cert, asn1 }: SafeBag): string {
  const value = cert ? library.pki.certificateToAsn1(cert) : asn1;
  if (!value) throw new Error("A certificate has no content");
  return pemOf("CERTIFICATE", value);
}

function keyOf({ key, asn1 }: SafeBag): string {
  const { pki } = library;
  const value = key ? pki.wrapRsaPrivateKey(pki.privateKeyToAsn1(key)) : asn1;
  if (!value) throw new Error("A key has no content");
  return pemOf("PRIVATE KEY", value);
}
