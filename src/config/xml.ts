import { parseXml as parse, XmlElement as Parsed, XmlError, XmlText } from "@rgrove/parse-xml";
import { type Place, type ProblemList, quoted } from "./problem.ts";
import { attributeOffsets } from "./_start_tag.ts";

/** An attribute and where its name begins. */
export interface XmlAttribute {
  readonly name: string;
  /** References such as `&amp;` resolved. */
  readonly value: string;
  readonly place: Place;
}

/** An element and where its `<` stands. */
export interface XmlElement {
  readonly name: string;
  readonly place: Place;
  /** In the order of the file. */
  readonly attributes: readonly XmlAttribute[];
  readonly children: readonly XmlElement[];
  /** Where text other than blanks begins, if there is any. */
  readonly text?: Place;
}

/** How deep elements may be nested; real files reach 12. */
export const MAX_DEPTH = 100;

/**
 * Parses a configuration file into a tree that knows its lines and columns.
 * Comments, processing instructions and a document type are skipped; no entity is ever fetched or expanded.
 *
 * @param text as {@linkcode decodeText} gives it
 * @param file how problems name it
 * @returns the root element; undefined when a problem was reported
 * @see ANCM C-61
 */
export function parseXml(
  text: string,
  file: string,
  problems: ProblemList,
): XmlElement | undefined {
  try {
    const { root } = parse(text, { includeOffsets: true });
    if (root) return new Tree(text, file).element(root, 1);
    problems.error({ file }, 'No root element; the file holds one "<configuration>" element');
  } catch (error) {
    if (error instanceof XmlError) {
      const place = new Tree(text, file).place(unitIndex(text, error.pos));
      problems.error(place, `Malformed XML: ${reason(error)}; ${remedy(error.message)}`);
    } else if (error instanceof TooDeep || error instanceof RangeError) { // the parser recurses
      const place = error instanceof TooDeep ? error.place : { file };
      problems.error(place, `Elements nested too deep; the limit is ${MAX_DEPTH} levels`);
    } else throw error;
  }
  return undefined;
}

class TooDeep extends Error {
  constructor(readonly place: Place) {
    super();
  }
}

/** Makes located elements out of parsed ones. */
class Tree {
  readonly #lines: readonly number[];

  constructor(private readonly text: string, private readonly file: string) {
    this.#lines = lineStarts(text);
  }

  element(parsed: Parsed, depth: number): XmlElement {
    const place = this.place(parsed.start);
    if (depth > MAX_DEPTH) throw new TooDeep(place);
    const offsets = attributeOffsets(this.text, parsed.start);
    const attributes = Object.entries(parsed.attributes).map(([name, value]) => ({
      name,
      value,
      place: this.place(offsets.get(name) ?? parsed.start),
    }));
    const children = parsed.children.filter((node) => node instanceof Parsed)
      .map((node) => this.element(node, depth + 1));
    const text = parsed.children.find((node) => node instanceof XmlText && /\S/.test(node.text));
    const located = { name: parsed.name, place, attributes, children };
    return text ? { ...located, text: this.place(this.#firstVisible(text.start)) } : located;
  }

  /** Gives line and column of an offset. */
  place(offset: number): Place {
    let low = 0;
    let high = this.#lines.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#lines[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { file: this.file, line: low + 1, column: offset - (this.#lines[low] ?? 0) + 1 };
  }

  #firstVisible(offset: number): number {
    let at = offset;
    while (at < this.text.length && /\s/.test(this.text[at] ?? "")) at++;
    return at;
  }
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}

/** Turns the parser's position, counted in code points, into one in UTF-16 units. */
function unitIndex(text: string, codePoints: number): number {
  let index = 0;
  for (let n = 0; n < codePoints && index < text.length; n++) {
    index += (text.codePointAt(index) ?? 0) > 0xffff ? 2 : 1;
  }
  return index;
}

/** Gives what the parser found, without the excerpt of the file: that may hold a secret. */
function reason(error: XmlError): string {
  const line = error.message.split("\n", 1)[0] ?? "";
  const found = line.slice(0, line.lastIndexOf(" (line "));
  return quoted(found.charAt(0).toLowerCase() + found.slice(1)).slice(1, -1).replaceAll("`", '"');
}

/** What would be right, by the beginning of the parser's message. */
const REMEDIES = [
  ["Missing end tag", "close the element before its parent ends"],
  ["Unclosed start tag", 'end the tag with ">" and leave a space before each attribute'],
  ["Unclosed attribute", "end the value with the quote it began with"],
  ["Unescaped `<`", 'write "&lt;"'],
  ["Unterminated reference", 'write "&amp;" for the character "&"'],
  ["Named entity", 'write "&amp;" for the character "&"'],
  ["Invalid", "remove or replace the character"],
  ["Attribute value", "give every attribute a value in quotes"],
  ["Duplicate attribute", "remove one of them"],
  ["The string `--`", 'write comments without "--" inside'],
  ["Root element", 'the file holds one "<configuration>" element'],
  ["Extra content", 'nothing but comments may follow "</configuration>"'],
] as const;

function remedy(message: string): string {
  return REMEDIES.find(([start]) => message.startsWith(start))?.[1] ?? "correct the XML";
}
