import type { Fields, ResponseHead } from "../../contract/exchange.ts";

/** How the text of an answer is written as bytes. */
export type TextCoding = "utf-8" | "latin1";

/** Types that are text beside `text/…`. */
const TEXT_TYPE =
  /^(?:text\/|application\/(?:json|javascript|ecmascript|x-javascript|xml|xhtml\+xml|[\w.-]+\+(?:json|xml))$|image\/svg\+xml$)/;

/**
 * Tells how the content of an answer can be read as text; undefined where it has none that rules may change: no
 * content, no text, a part of one, a stream of events, letters in a way the host does not know.
 *
 * @see IIS M-RW-85
 */
export function textCodingOf({ status, fields }: ResponseHead): TextCoding | undefined {
  if ([101, 204, 205, 206, 304].includes(status)) return undefined;
  const [type = "", ...parameters] = (fields.get("Content-Type") ?? "").toLowerCase().split(";");
  if (!TEXT_TYPE.test(type.trim()) || type.trim() === "text/event-stream") return undefined;
  const charset = parameters.map((one) => one.trim()).find((one) => one.startsWith("charset="));
  switch (charset?.slice("charset=".length).replaceAll('"', "") ?? "utf-8") {
    case "utf-8":
    case "utf8":
    case "us-ascii":
      return "utf-8";
    case "iso-8859-1":
    case "latin1":
    case "windows-1252":
      return "latin1";
    default:
      return undefined;
  }
}

/** Tells whether an answer is encoded, so that its text cannot be seen. @see IIS M-RW-84 */
export function isEncoded(fields: Fields): boolean {
  return fields.getAll("Content-Encoding").some((value) => !/^\s*(?:identity)?\s*$/i.test(value));
}

/** Gives bytes as text; undefined where they are none. */
export function decodeText(bytes: Uint8Array, coding: TextCoding): string | undefined {
  if (coding === "latin1") {
    let text = "";
    for (let at = 0; at < bytes.length; at += 4096) {
      text += String.fromCharCode(...bytes.subarray(at, at + 4096));
    }
    return text;
  }
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** Gives text as bytes. In latin1 a character that it does not have becomes a reference of HTML. */
export function encodeText(text: string, coding: TextCoding): Uint8Array {
  if (coding === "utf-8") return new TextEncoder().encode(text);
  const narrow = text.replace(/[\u0100-\u{10ffff}]/gu, (char) => `&#${char.codePointAt(0)};`);
  return Uint8Array.from(narrow, (char) => char.charCodeAt(0));
}
