import type { SectionElement } from "../config/mod.ts";
import { quoted } from "../config/problem.ts";
import type { FieldLine } from "../http1/mod.ts";
import { HEADER_ITEM } from "./http_protocol_schema.ts";
import type { CompileParts } from "./module_source.ts";
import { refuse, warn } from "./_problems.ts";
import { utf8AsLatin1 } from "./rewrite/_field_text.ts";

/** What may be the name of a field. @see RFC 9110 §5.6.2 */
const TOKEN = /^[!#$%&'*+.^_`|~\w-]+$/;

/** They tell where a message ends, or are for one connection: whoever sends the message writes them. */
const OF_THE_CONNECTION = new Set([
  "connection",
  "content-length",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/**
 * Gives the fields that a collection asks for, in its order. What would break a message is an error, what the host
 * writes by itself is left out with a warning.
 *
 * @see IIS M-HP-2, M-HP-4, M-HP-6
 */
export function addedFields(
  items: readonly SectionElement[],
  parts: CompileParts,
): FieldLine[] {
  return items.flatMap((item) => {
    const line = fieldLine(item);
    const wrong = wrongWith(line);
    if (!wrong) return [line];
    const place = item.settings[wrong.attribute]?.place ?? item.place;
    const tell = wrong.isError ? refuse : warn;
    tell(parts, place, wrong.message);
    return [];
  });
}

function fieldLine({ settings }: SectionElement): FieldLine {
  const text = (name: keyof typeof HEADER_ITEM.attributes) => String(settings[name]?.value ?? "");
  // An attribute of several lines is one line by the rules of XML; only character references can say otherwise.
  return [text("name").trim(), utf8AsLatin1(text("value").trim())];
}

interface Wrong {
  readonly attribute: "name" | "value";
  readonly isError: boolean;
  readonly message: string;
}

function wrongWith([name, value]: FieldLine): Wrong | undefined {
  const shown = quoted(name);
  if (!TOKEN.test(name)) {
    const message =
      `Invalid "name" in add: ${shown} is no name of a field; use letters, digits and "-"`;
    return { attribute: "name", isError: true, message };
  }
  // deno-lint-ignore no-control-regex -- they are what must not be there
  if (/[\x00-\x08\x0a-\x1f\x7f]/.test(value)) {
    const message =
      `Invalid "value" in add: the value of ${shown} has control characters; write it as one line`;
    return { attribute: "value", isError: true, message };
  }
  if (!OF_THE_CONNECTION.has(name.toLowerCase())) return undefined;
  const message = `Custom field ${shown} has no effect: the host itself writes it; remove it`;
  return { attribute: "name", isError: false, message };
}
