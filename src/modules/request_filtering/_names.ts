/** Characters that some file systems take no notice of in names. */
const UNNOTICED = /[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g;

/** Nothing in it has another letter case than that of ASCII. */
// deno-lint-ignore no-control-regex -- all of ASCII is meant
const ASCII = /^[\x00-\x7f]*$/;

/**
 * Gives the form in which names are compared: without letter case, and without what some file systems take no
 * notice of. Letters that some file system takes for the same, such as `ſ` and `s`, are the same.
 */
export function folded(text: string): string {
  if (ASCII.test(text)) return text.toLowerCase();
  return text.replace(UNNOTICED, "").toUpperCase().toLowerCase();
}

/** Something in it may be read as another name: spaces, colons, other letters than ASCII's, a dot at the end of a name. */
const ODD = /[^!-9;-~]|\.(?:\/|$)/;

/** Tells whether some file system may read names of a path otherwise than they are written. */
export function isOdd(path: string): boolean {
  return ODD.test(path);
}

/**
 * Gives the file that Windows would open by a name: without the dots and spaces at its end, and without the
 * stream that follows a colon.
 */
export function fileName(segment: string): string {
  const colon = segment.indexOf(":");
  const name = colon > 0 ? segment.slice(0, colon) : segment;
  return name.replace(/[. ]+$/, "") || segment;
}

/** Gives the extensions of a path's last segment, folded: as written, and as Windows would read it. A dot alone is none. */
export function extensionsOf(path: string): readonly [written: string, read: string] {
  const slash = path.lastIndexOf("/");
  if (path.lastIndexOf(".") < slash) return NONE;
  const segment = path.slice(slash + 1);
  const written = extensionOf(segment);
  return [written, isOdd(segment) ? extensionOf(fileName(segment)) : written];
}

const NONE = [".", "."] as const;

function extensionOf(segment: string): string {
  const dot = segment.lastIndexOf(".");
  return dot < 0 ? "." : folded(segment.slice(dot));
}
