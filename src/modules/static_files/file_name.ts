import { DENIED_EXTENSIONS, HIDDEN_SEGMENTS } from "../request_filtering/_default_lists.ts";

/** What the name of a file says of it before anybody looks: it may be served, it is hidden, or it is nobody's business. */
export type NameVerdict = "plain" | "hidden" | "withheld";

/**
 * Names that no file is served under: without anything between two slashes (what is allowed at a place is looked up
 * by the path as it is, and the file system sees one slash); what NTFS takes for another name, be the file there
 * or not: streams, dots and spaces at the end, short names.
 */
const NO_NAME = /\/\/|:|[. ](?:\/|$)|~\d[^/]*(?:\/|$)/;
// deno-lint-ignore no-control-regex -- they are what must not be there
const CONTROL = /[\u0000-\u001f\u007f\\]/;
/** Devices, which Windows finds in every folder. */
const DEVICE = /\/(?:con|prn|aux|nul|com\d|lpt\d|conin\$|conout\$)(?:\.[^/]*)?(?:\/|$)/i;

const HIDDEN = /\/\.(?!well-known(?:\/|$))/;
const WITHHELD = /\/web\.config(?:\/|$)/i;
/** What an application is started from, and what it keeps its passwords in: directly in its folder. */
const OF_APPLICATION =
  /^\/(?:appsettings(?:\.[^/]*)?\.json|[^/]*\.(?:deps\.json|runtimeconfig\.json|dll|exe|pdb))$/i;

/**
 * Tells whether there can be a file of this name at all.
 *
 * @param path decoded, below the application, beginning with a slash; of a folder perhaps with one at its end
 */
export function isPossibleName(path: string): boolean {
  return path.startsWith("/") && !NO_NAME.test(path) && !CONTROL.test(path) &&
    !(Deno.build.os === "windows" && DEVICE.test(path));
}

/**
 * Judges a file by the name it is asked for.
 *
 * @param path as of {@linkcode isPossibleName}
 * @see IIS M-SC-8
 */
export function judgeName(path: string): NameVerdict {
  if (isWithheld(path)) return "withheld";
  return HIDDEN.test(path) ? "hidden" : "plain";
}

/**
 * Tells whether a file is withheld because of where it really is: a link, or a short name of Windows, does not
 * help what is never served, nor what request filtering keeps back where it is asked for by its own name.
 *
 * @param way from the application folder, beginning with a slash
 * @param path as asked for
 */
export function isWithheldAt(way: string, path: string): boolean {
  if (isWithheld(way)) return true;
  const [real, asked] = [way.toLowerCase(), path.toLowerCase()];
  if (real === asked || `${real}/` === asked) return false;
  const name = real.slice(real.lastIndexOf("/"));
  return real.split("/").some((segment) => HIDDEN_NAMES.has(segment)) ||
    DENIED_NAMES.has(name.slice(Math.max(0, name.lastIndexOf("."))));
}

const HIDDEN_NAMES = new Set(HIDDEN_SEGMENTS.map((name) => name.toLowerCase()));
const DENIED_NAMES = new Set(DENIED_EXTENSIONS.map((name) => name.toLowerCase()));

/**
 * Tells whether this is never served, whatever request filtering allows: web.config anywhere, and in the
 * application folder itself what the application is started from. Letter case does not count.
 */
function isWithheld(path: string): boolean {
  return WITHHELD.test(path) || OF_APPLICATION.test(path);
}
