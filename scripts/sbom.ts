/** The list of what an executable is made of, as pure functions. */
import { createHash } from "node:crypto";

/** What is read of `deno.lock`. */
export interface Lock {
  readonly npm?: Readonly<Record<string, LockedPackage>>;
}

interface LockedPackage {
  readonly integrity: string;
  readonly dependencies?: readonly string[];
}

/** What {@linkcode sbom} needs. */
export interface SbomParts {
  readonly version: string;
  /** Of this program, as an SPDX expression. */
  readonly license: string;
  readonly lock: Lock;
  /** Packages that the program itself imports, as `name@version`. */
  readonly imported: readonly string[];
  /** Licences by `name@version`, as SPDX expressions. */
  readonly licenses: ReadonlyMap<string, string>;
  /** What the executable runs on. */
  readonly runtime: { readonly deno: string; readonly v8: string };
}

/**
 * Lists what the program is made of, CycloneDX 1.6: it, the runtime, and the packages it imports with what those
 * need; what only tests need is not in it. No time and no chance is in it: of the same lock file comes the same list.
 *
 * @throws {Error} where a package is not locked, or its licence is not known
 */
export function sbom(parts: SbomParts): object {
  const { version, license, lock, imported, licenses, runtime } = parts;
  const names = closure(lock, imported);
  const packages = names.map((name) => packageComponent(name, lock, licenses));
  const program = `ancm-host@${version}`;
  const content = {
    metadata: {
      component: {
        type: "application",
        ...named(program, "generic"),
        licenses: [{ expression: license }],
      },
    },
    components: [
      {
        type: "platform",
        ...named(`deno@${runtime.deno}`, "generic"),
        licenses: [{ expression: "MIT" }],
      },
      {
        type: "platform",
        ...named(`v8@${runtime.v8}`, "generic"),
        licenses: [{ expression: "BSD-3-Clause" }],
      },
      ...packages,
    ],
    dependencies: [
      { ref: program, dependsOn: [`deno@${runtime.deno}`, ...imported.toSorted()] },
      { ref: `deno@${runtime.deno}`, dependsOn: [`v8@${runtime.v8}`] },
      ...names.map((name) => ({ ref: plain(name), dependsOn: needsOf(lock, name).map(plain) })),
    ],
  };
  return {
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    serialNumber: `urn:uuid:${identity(JSON.stringify(content))}`,
    version: 1,
    ...content,
  };
}

/** Gives the packages that are reached, by their keys in the lock file, sorted. */
function closure(lock: Lock, imported: readonly string[]): string[] {
  const reached = new Set<string>();
  const pending = imported.map((name) => keyOf(lock, name));
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    if (reached.has(name)) continue;
    reached.add(name);
    pending.push(...needsOf(lock, name));
  }
  return [...reached].sort();
}

function needsOf(lock: Lock, key: string): string[] {
  return (lock.npm?.[key]?.dependencies ?? []).map((name) => keyOf(lock, name));
}

/** The lock file leaves the version out where it has but one of a package. */
function keyOf(lock: Lock, name: string): string {
  const keys = Object.keys(lock.npm ?? {});
  const found = keys.find((key) => key === name || plain(key) === name) ??
    keys.find((key) => key.startsWith(`${name}@`));
  if (found === undefined) throw new Error(`Cannot find "${name}" in deno.lock`);
  return found;
}

/** Takes off the versions of the peers: `a@1.0.0_b@2.0.0` is `a@1.0.0`. */
function plain(key: string): string {
  return key.replace(/(?<=.@[^_]+)_.*$/, "");
}

function packageComponent(key: string, lock: Lock, licenses: ReadonlyMap<string, string>): object {
  const name = plain(key);
  const expression = licenses.get(name);
  if (expression === undefined) throw new Error(`Cannot tell the licence of "${name}"`);
  const { integrity = "" } = lock.npm?.[key] ?? {};
  const content = Uint8Array.fromBase64(integrity.replace(/^sha512-/, "")).toHex();
  return {
    type: "library",
    ...named(name, "npm"),
    scope: "required",
    hashes: [{ alg: "SHA-512", content }],
    licenses: [{ expression }],
  };
}

function named(nameAndVersion: string, type: "npm" | "generic") {
  const at = nameAndVersion.lastIndexOf("@");
  const [name, version] = [nameAndVersion.slice(0, at), nameAndVersion.slice(at + 1)];
  const purl = `pkg:${type}/${name.replace("@", "%40")}@${version}`;
  return { name, version, "bom-ref": nameAndVersion, purl };
}

/** Gives a UUID that belongs to a text and to no other. @see RFC 9562 §5.8 */
function identity(text: string): string {
  const bytes = createHash("sha256").update(text).digest().subarray(0, 16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x80;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
