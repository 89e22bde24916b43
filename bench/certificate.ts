import { join } from "node:path";
import { tool } from "./tool.ts";

/** A certificate for 127.0.0.1 and its key, as PEM files. */
export interface Certificate {
  readonly certFile: string;
  readonly keyFile: string;
  /** Both in one file, as HAProxy wants them. */
  readonly bothFile: string;
  readonly pem: string;
}

/** Makes a certificate (P-256) that signs itself; absent where openssl is not installed. */
export async function makeCertificate(folder: string): Promise<Certificate | undefined> {
  const [certFile, keyFile] = [join(folder, "cert.pem"), join(folder, "key.pem")];
  const made = await tool("openssl", [
    ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"],
    ...["-days", "2", "-subj", "/CN=localhost"],
    ...["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"],
    // A client that is told to trust it refuses one that says it is an authority.
    ...["-addext", "basicConstraints=critical,CA:FALSE"],
    ...["-keyout", keyFile, "-out", certFile],
  ], 20_000);
  if (!made) return;
  if (made.code !== 0) throw new Error(`Cannot make a certificate: ${made.text}`);
  const pem = await Deno.readTextFile(certFile);
  const bothFile = join(folder, "both.pem");
  await Deno.writeTextFile(bothFile, pem + await Deno.readTextFile(keyFile));
  return { certFile, keyFile, bothFile, pem };
}
