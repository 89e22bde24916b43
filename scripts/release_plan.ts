/** What a release is made of, as pure functions. */

/** Everything `deno compile` can build for, by the name that the files carry. */
export const TARGETS = {
  "x86_64-unknown-linux-gnu": "linux-x64",
  "aarch64-unknown-linux-gnu": "linux-arm64",
  "x86_64-apple-darwin": "macos-x64",
  "aarch64-apple-darwin": "macos-arm64",
  "x86_64-pc-windows-msvc": "windows-x64.exe",
} as const satisfies Readonly<Record<string, string>>;

/** A platform that an executable is for. */
export type Target = keyof typeof TARGETS;

/** Gives the name of an executable: `ancm-host-1.2.3-linux-x64`. */
export function executableName(version: string, target: Target): string {
  return `ancm-host-${version}-${TARGETS[target]}`;
}

/** Gives the name of the list of what an executable is made of, CycloneDX in JSON. */
export function sbomName(version: string): string {
  return `ancm-host-${version}.cdx.json`;
}

/**
 * Checks that a version can be released.
 *
 * @throws {Error} where it is none
 * @see Semantic Versioning 2.0.0
 */
export function releasable(version: unknown): string {
  if (typeof version === "string" && /^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/.test(version)) {
    return version;
  }
  throw new Error(`Cannot release "${version}": "version" of deno.json has to be like 1.2.3`);
}

/** Writes sums as `sha256sum --check` reads them, by name. */
export function sumsText(sums: ReadonlyMap<string, string>): string {
  return [...sums].sort(([a], [b]) => a < b ? -1 : 1).map(([name, sum]) => `${sum}  ${name}\n`)
    .join("");
}

/**
 * Gives what the changelog says of a version; where nothing, of the one that is not out yet.
 *
 * @throws {Error} where it says nothing of either
 */
export function notesOf(changelog: string, version: string): string {
  const parts = changelog.split(/^## +/m).slice(1);
  const titled = (title: string) => parts.find((part) => part.split(/\s/, 1)[0] === title);
  const part = titled(version) ?? titled("Unreleased");
  const text = part?.replace(/^.*\n/, "").trim();
  if (!text) throw new Error(`Cannot tell what is new: CHANGELOG.md has no "## ${version}"`);
  return `# ancm-host ${version}\n\n${text}\n`;
}
