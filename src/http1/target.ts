/** Splits at the first `?`; the query comes without it, and is undefined where there is none. */
export function splitTarget(target: string): { path: string; query: string | undefined } {
  const mark = target.indexOf("?");
  return mark < 0
    ? { path: target, query: undefined }
    : { path: target.slice(0, mark), query: target.slice(mark + 1) };
}

/** Nothing in it needs decoding or removing. */
const PLAIN_PATH = /^\/(?:[!-$&-.0-[\]-~]|\/(?!\.))*$/;

/**
 * Gives the form of a path that rules are matched against; never sent anywhere. Percent-decoded once as
 * UTF-8, `\` turned to `/`, dot segments removed, double slashes kept.
 *
 * @param rawPath latin1 text as it came, without the query
 * @returns undefined for a path that starts with no slash, broken escapes, bytes that are not UTF-8,
 * control characters, escaped or not, and dot segments between slashes that not everybody takes for slashes
 * @see ANCM F-2
 */
export function normalisePath(rawPath: string): string | undefined {
  if (PLAIN_PATH.test(rawPath) && !rawPath.startsWith("/.")) return rawPath;
  const text = decoded(rawPath);
  // deno-lint-ignore no-control-regex -- they are what must not be there
  if (text === undefined || /[\x00-\x1f\x7f]/.test(text)) return undefined;
  const path = text.replaceAll("\\", "/");
  if (!path.startsWith("/") || hidesDotSegments(rawPath, path)) return undefined;
  return withoutDotSegments(path);
}

/**
 * Tells whether a dot segment appears only once `%2F`, `%5C` or `\` count as slashes. Who gets the path as it
 * came does not take them for slashes, and would find another place than the rules were asked about.
 */
function hidesDotSegments(rawPath: string, path: string): boolean {
  if (!/%2f|%5c|\\/i.test(rawPath)) return false;
  const dots = (text: string) => text.split("/").filter(isDots).length;
  const plain = rawPath.split("/").map((segment) => segment.replace(/%2e/gi, ".")).join("/");
  return dots(plain) !== dots(path);
}

const isDots = (segment: string) => segment === "." || segment === "..";

function decoded(rawPath: string): string | undefined {
  const bytes = new Uint8Array(rawPath.length);
  let length = 0;
  for (let i = 0; i < rawPath.length; i++) {
    let byte = rawPath.charCodeAt(i);
    if (byte === 0x25) {
      const hex = rawPath.slice(i + 1, i + 3);
      if (!/^[0-9a-f]{2}$/i.test(hex)) return undefined;
      byte = parseInt(hex, 16);
      i += 2;
    }
    bytes[length++] = byte;
  }
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })
      .decode(bytes.subarray(0, length));
  } catch {
    return undefined;
  }
}

/** @see RFC 3986 §5.2.4 */
function withoutDotSegments(path: string): string {
  const kept: string[] = [];
  const segments = path.slice(1).split("/");
  for (const [i, segment] of segments.entries()) {
    if (segment === "..") kept.pop();
    if (!isDots(segment)) kept.push(segment);
    else if (i === segments.length - 1) kept.push("");
  }
  return `/${kept.join("/")}`;
}

/**
 * Tells whether text can stand in `Host`, or as the authority of a target: a name, an IPv4 address, or an
 * IPv6 address in brackets, and perhaps a port. User information never can.
 *
 * @see RFC 9110 §4.2.4, §7.2
 */
export function isAuthority(text: string): boolean {
  const parts = /^(\[[^\]]*\]|[^:[\]]+)(?::(\d{0,5}))?$/.exec(text);
  if (!parts) return false;
  const [, host = "", port = ""] = parts;
  if (Number(port) > 65_535) return false;
  if (host.startsWith("[")) return isIpv6(host.slice(1, -1));
  return /^(?:[\w.~!$&'()*+,;=-]|%[0-9a-f]{2})+$/i.test(host);
}

/** Tells whether text is an IPv6 address without brackets and zone. @see RFC 4291 §2.2 */
export function isIpv6(text: string): boolean {
  const halves = text.split("::");
  if (halves.length > 2) return false;
  const groups = halves.flatMap((half) => half === "" ? [] : half.split(":"));
  const v4 = groups.at(-1)?.includes(".") && text.endsWith(groups.at(-1) ?? "");
  if (v4 && !isIpv4(groups.pop() ?? "")) return false;
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return false;
  const count = groups.length + (v4 ? 2 : 0);
  return halves.length === 2 ? count < 8 : count === 8;
}

function isIpv4(text: string): boolean {
  return /^\d{1,3}(?:\.\d{1,3}){3}$/.test(text) &&
    text.split(".").every((part) => Number(part) <= 255);
}
