/** What stands for an empty value. */
export const NONE = "-";

const PLAIN = /^[\x21-\x7e]+$/;
/** Whatever could end a field or a line for some reader. */
const BREAKING = /[\s\p{Cc}\p{Zl}\p{Zp}\ufeff]/gu;

/** Writes a value that a client sent: a space or a control character becomes `+`. @see IIS M-LG-2 */
export function w3cValue(value: string | undefined): string {
  if (value === undefined || value === "") return NONE;
  return PLAIN.test(value) ? value : value.replace(BREAKING, "+");
}

/** Gives the path of a request target as the log shows it: decoded where that is UTF-8. @see IIS M-LG-3 */
export function uriStem(target: string): string {
  const end = target.indexOf("?");
  const raw = end < 0 ? target : target.slice(0, end);
  const path = raw.startsWith("/") ? raw : raw.replace(/^\w[\w+.-]*:\/\/[^/]*/, "") || raw;
  return w3cValue(path.includes("%") ? decoded(path) : path);
}

/** Gives the query of a request target as it came, without its `?`. @see IIS M-LG-3 */
export function uriQuery(target: string): string {
  const at = target.indexOf("?");
  return at < 0 ? NONE : w3cValue(target.slice(at + 1));
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path; // no UTF-8
  }
}
