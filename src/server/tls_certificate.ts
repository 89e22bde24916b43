import { X509Certificate } from "node:crypto";
import type { HostEvent } from "../contract/event.ts";
import { makeDevelopmentCertificate } from "./_certificate_development.ts";
import { chainFor, isEncryptedKey, pemBlocks, standardKey } from "./_certificate_pem.ts";
import { PfxError, readPfx } from "./_certificate_pfx.ts";

/** Where the certificate of the https listeners comes from. */
export type CertificateSource =
  | { readonly kind: "pem"; readonly certFile: string; readonly keyFile: string }
  | {
    readonly kind: "pfx";
    readonly file: string;
    /** Secret. Empty where the file has none. */
    readonly password: string;
    /** The environment variable it came from, for messages; undefined where none was named. */
    readonly passwordEnv?: string | undefined;
  };

/** What a TLS listener needs. */
export interface TlsMaterial {
  /** The certificate and those that lead to an authority, as PEM. */
  readonly cert: string;
  /** The private key, as PEM. Secret. */
  readonly key: string;
  /** The name of its owner, for people. */
  readonly subject: string;
  /** Tells certificates apart: SHA-256, in hexadecimal with colons. */
  readonly fingerprint: string;
  readonly validFrom: Date;
  readonly validTo: Date;
}

/** A certificate cannot be used. The message says why, and what would be right. */
export class CertificateError extends Error {
  override readonly name = "CertificateError";
}

/** Reads a file whole. */
export type ReadFile = (path: string) => Promise<Uint8Array>;

/**
 * Loads a certificate with its key.
 *
 * @param read @default the file system
 * @throws {CertificateError}
 */
export async function loadCertificate(
  source: CertificateSource,
  read: ReadFile = Deno.readFile,
): Promise<TlsMaterial> {
  return source.kind === "pem" ? await fromPem(source, read) : await fromPfx(source, read);
}

/** The files that a certificate comes from. */
export function certificateFiles(source: CertificateSource): readonly string[] {
  return source.kind === "pem" ? [source.certFile, source.keyFile] : [source.file];
}

/** Makes a certificate for `localhost`, `127.0.0.1` and `::1`, for this run only. */
export async function developmentCertificate(now: Date): Promise<TlsMaterial> {
  const { certificate, key } = await makeDevelopmentCertificate(now);
  return material(certificate, key, new X509Certificate(certificate));
}

/** Says that browsers will not trust the certificate, and why that is in order. */
export function developmentCertificateEvent({ fingerprint, validTo }: TlsMaterial): HostEvent {
  return {
    level: "warning",
    name: "development-certificate",
    message: "https uses a certificate that ancm-host has made for this run: for development " +
      "only, no client trusts it; give --cert and --key, or --pfx",
    facts: { fingerprint, validTo: validTo.toISOString() },
  };
}

/** How long before its end a certificate is warned about. Milliseconds. */
const SOON_MS = 14 * 86_400_000;

/** Says what is wrong with the dates of a certificate, if anything. It is used all the same. */
export function certificateDateEvent(
  { subject, validFrom, validTo }: TlsMaterial,
  now: Date,
): HostEvent | undefined {
  const facts = { subject, validFrom: validFrom.toISOString(), validTo: validTo.toISOString() };
  const warn = (name: string, what: string): HostEvent => ({
    level: "warning",
    name,
    message: `The certificate "${subject}" ${what}`,
    facts,
  });
  const day = (date: Date) => date.toISOString().slice(0, 10);
  if (now > validTo) {
    return warn("certificate-expired", `expired on ${day(validTo)}: clients refuse it; renew it`);
  }
  if (now < validFrom) {
    const what = `is valid from ${day(validFrom)} only: clients refuse it until then`;
    return warn("certificate-not-yet-valid", what);
  }
  if (validTo.getTime() - now.getTime() > SOON_MS) return undefined;
  return warn("certificate-expires-soon", `expires on ${day(validTo)}: renew it`);
}

async function fromPem(
  { certFile, keyFile }: CertificateSource & { kind: "pem" },
  read: ReadFile,
): Promise<TlsMaterial> {
  const certText = new TextDecoder().decode(await contentOf("certificate", certFile, read));
  const keyText = new TextDecoder().decode(await contentOf("key", keyFile, read));
  const { certificates } = pemBlocks(certText);
  if (certificates.length === 0) throw cannot("certificate", certFile, NO_CERTIFICATE);
  const fail = (what: string) => cannot("key", keyFile, what);
  return matched(certificates, onlyKey(keyText, fail), fail, certFile);
}

const NO_CERTIFICATE = "it holds no PEM certificate; give a file with " +
  '"-----BEGIN CERTIFICATE-----", or a PFX file with --pfx';

function onlyKey(text: string, fail: (what: string) => CertificateError): string {
  const [key, second] = pemBlocks(text).keys;
  if (key === undefined) {
    throw fail('it holds no PEM key; give a file with "-----BEGIN PRIVATE KEY-----"');
  }
  if (second !== undefined) throw fail("it holds more than one key; give one");
  if (!isEncryptedKey(key)) return key;
  throw fail(
    "it is encrypted; give one without a password, or a PFX file with --pfx and --pfx-password-env",
  );
}

async function fromPfx(
  { file, password, passwordEnv }: CertificateSource & { kind: "pfx" },
  read: ReadFile,
): Promise<TlsMaterial> {
  const bytes = await contentOf("certificate", file, read);
  try {
    const { certificates, keys } = readPfx(bytes, password);
    const [key] = keys;
    if (key === undefined) {
      throw cannot("certificate", file, "it holds no private key; export it with its key");
    }
    return matched(certificates, key, (what) => cannot("certificate", file, what), file);
  } catch (error) {
    if (!(error instanceof PfxError)) throw error;
    if (!error.isPassword) {
      throw cannot(
        "certificate",
        file,
        "it is no PFX file; give one, or PEM files with --cert and --key",
        error,
      );
    }
    const advice = passwordEnv === undefined
      ? "it needs a password; name the environment variable that holds it with --pfx-password-env"
      : `the password in ${passwordEnv} does not open it; correct the variable`;
    throw cannot("certificate", file, advice, error);
  }
}

function matched(
  certificates: readonly string[],
  key: string,
  fail: (what: string) => CertificateError,
  file: string,
): TlsMaterial {
  let standard: string;
  try {
    standard = standardKey(key);
  } catch {
    throw fail("it is no private key that can be read; give one of RSA, ECDSA or Ed25519");
  }
  let chain;
  try {
    chain = chainFor(certificates, standard);
  } catch (cause) {
    throw cannot("certificate", file, "it is damaged; give it anew", cause);
  }
  if (!chain) {
    throw fail(`it does not belong to the certificate in "${file}"; give the key it was made with`);
  }
  return material(chain.pem, standard, chain.leaf);
}

function material(cert: string, key: string, leaf: X509Certificate): TlsMaterial {
  const subject = leaf.subject.replaceAll("\n", ", ");
  const validFrom = new Date(leaf.validFrom);
  const validTo = new Date(leaf.validTo);
  return { cert, key, subject, fingerprint: leaf.fingerprint256, validFrom, validTo };
}

async function contentOf(what: string, file: string, read: ReadFile): Promise<Uint8Array> {
  try {
    return await read(file);
  } catch (cause) {
    throw cannot(what, file, unreadable(cause), cause);
  }
}

function unreadable(cause: unknown): string {
  if (cause instanceof Deno.errors.NotFound) return "there is no such file; correct the path";
  if (cause instanceof Deno.errors.PermissionDenied) {
    return "this user may not read it; give it the right to";
  }
  if (cause instanceof Deno.errors.IsADirectory) return "it is a folder; give a file";
  return cause instanceof Error ? cause.message : String(cause);
}

function cannot(what: string, file: string, why: string, cause?: unknown): CertificateError {
  return new CertificateError(`Cannot read ${what} "${file}": ${why}`, { cause });
}
