import { HostError } from "../../contract/host_error.ts";

/** Gives the value of a field as text: latin1 that is UTF-8 is taken for that. */
export function fieldText(value: string): string {
  // deno-lint-ignore no-control-regex -- ASCII is what it asks for
  if (/^[\x00-\x7f]*$/.test(value)) return value;
  try {
    return new TextDecoder("utf-8", { fatal: true })
      .decode(Uint8Array.from(value, (char) => char.charCodeAt(0)));
  } catch {
    return value;
  }
}

/**
 * Gives text as the value of a field: its UTF-8 as latin1.
 *
 * @throws {HostError} `rewrite-failed` for what no field can hold, such as the end of a line
 */
export function fieldValue(name: string, text: string): string {
  // deno-lint-ignore no-control-regex -- they are what must not be there
  if (/[\x00-\x08\x0a-\x1f\x7f]/.test(text)) {
    throw new HostError(
      "rewrite-failed",
      `Cannot set the field "${name}": its value has control characters`,
    );
  }
  return utf8AsLatin1(text.trim());
}

/** Gives the UTF-8 of a text with one character for each byte. */
export function utf8AsLatin1(text: string): string {
  // deno-lint-ignore no-control-regex -- ASCII is what it asks for
  if (/^[\x00-\x7f]*$/.test(text)) return text;
  return Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join("");
}

/** Gives the field that a server variable such as `HTTP_X_FORWARDED_HOST` stands for, its prefix taken off. */
export function fieldName(words: string): string {
  return words.split("_")
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1).toLowerCase()).join("-");
}
