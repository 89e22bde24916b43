import { join } from "node:path";
import { type RunningHost, type TempFolder, tempFolder } from "./executable.ts";
import { TEST_CERTIFICATE } from "./test_certificate.ts";

/** A certificate in files, and a TLS listener that uses it. */
export interface SecureSite extends AsyncDisposable {
  /** As PEM, for clients that shall trust it. */
  readonly cert: string;
  readonly certFile: string;
  readonly keyFile: string;
  /** Options that open the listener on a free port of `localhost`. */
  readonly args: readonly string[];
  /** Where the listener is, without a slash at the end. */
  urlOf(host: RunningHost): Promise<string>;
}

/** Puts the certificate of the tests into files. */
export async function secureSite(certificate = TEST_CERTIFICATE as Pem): Promise<SecureSite> {
  const folder: TempFolder = await tempFolder();
  const [certFile, keyFile] = [join(folder.path, "cert.pem"), join(folder.path, "key.pem")];
  await Deno.writeTextFile(certFile, certificate.cert);
  await Deno.writeTextFile(keyFile, certificate.key);
  return {
    cert: certificate.cert,
    certFile,
    keyFile,
    args: ["--listen", "https://127.0.0.1:0", "--cert", certFile, "--key", keyFile],
    urlOf: secureUrlOf,
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

/** A certificate and its key, as PEM. */
export interface Pem {
  readonly cert: string;
  readonly key: string;
}

/** Gives where a host listens for TLS, without a slash at the end. */
export async function secureUrlOf(host: RunningHost): Promise<string> {
  const { url } = await host.log.next("listening", ({ url }) => `${url}`.startsWith("https:"));
  return new URL(`${url}`).origin;
}
