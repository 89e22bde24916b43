/** What may stand in a URL as it is: everything else is escaped. */
const URL_TEXT = /^(?:[!#$&-;=?-Z\[\]_a-z~]|%[0-9A-Fa-f]{2})*$/;
const NOT_URL_TEXT = /%(?![0-9A-Fa-f]{2})|[^!#$%&-;=?-Z\[\]_a-z~]/gu;

/** What may stand in a decoded path without being escaped. */
const PATH_TEXT = /^[!$&-;=@-Z_a-z~]*$/;
const NOT_PATH_TEXT = /[^!$&-;=@-Z_a-z~]/gu;

/**
 * Escapes what no URL can hold: spaces, control characters, what is not ASCII, a `%` that begins no escape.
 * Nothing of the result can end a line or a request target.
 *
 * @see IIS M-RW-42, M-RW-52
 */
export function escapeUrl(text: string): string {
  return URL_TEXT.test(text) ? text : text.toWellFormed().replace(NOT_URL_TEXT, escape);
}

/** Escapes a decoded path: it means the same path then, whatever was in it. */
export function escapePath(path: string): string {
  return PATH_TEXT.test(path) ? path : path.toWellFormed().replace(NOT_PATH_TEXT, escape);
}

/**
 * Escapes in decoded text what a URL would take for its own: `%`, `?` and `#`. What came in a path stays in a path.
 */
export function escapeDelimiters(text: string): string {
  return /[%?#]/.test(text) ? text.replace(/[%?#]/g, escape) : text;
}

/** `{UrlEncode:…}`: all but letters, digits and `-._~`. @see IIS M-RW-30 */
export function urlEncode(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replace(/[!'()*]/g, escape);
}

/** `{UrlDecode:…}`: escapes that make no UTF-8 stay as they are. @see IIS M-RW-30 */
export function urlDecode(text: string): string {
  return text.replace(/(?:%[0-9A-Fa-f]{2})+/g, (run) => {
    try {
      return decodeURIComponent(run);
    } catch {
      return run;
    }
  });
}

/** Escapes what means something in HTML. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}

function escape(char: string): string {
  if (char > "\x7f") return encodeURIComponent(char);
  return `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;
}
