import { latin1 } from "./latin1.ts";
import {
  type FieldIndex,
  ID,
  ID_MASK,
  NAME,
  NAME_END,
  STRIDE,
  VALUE_AT,
  VALUE_END,
} from "./field_index.ts";
import { fieldId, fieldName, fieldSet } from "./field_names.ts";
import { TOKEN } from "./chars.ts";

/** One field line. */
export type FieldLine = readonly [name: string, value: string];

/** Received bytes and where the field lines lie in them. */
export interface FieldSource {
  /** The driver's buffer; never written to. */
  readonly bytes: Uint8Array;
  /** Absolute offset of the head that the numbers in `at` are relative to. */
  readonly base: number;
  /** As {@linkcode FieldIndex.at} */
  readonly at: Int32Array;
  /** How many lines there are. */
  readonly count: number;
}

const NO_SOURCE: FieldSource = {
  bytes: new Uint8Array(0),
  base: 0,
  at: new Int32Array(1),
  count: 0,
};

const NO_IDS = fieldSet();

// Lists of 0, 1, 2 … by length: they are never changed, so all heads with as many lines share one.
const IN_ORDER: number[][] = [];

function inOrder(count: number): readonly number[] {
  return IN_ORDER[count] ?? (IN_ORDER[count] = Array.from({ length: count }, (_, i) => i));
}

/**
 * The fields of a message: order, case and repeats kept, look-up by name whatever its case.
 * Never changed in place; every edit gives a new list.
 *
 * A list made {@linkcode FieldList.over} received bytes makes strings only of what is asked for, and its edits
 * share the bytes: it is good as long as the bytes stay put and no other head is read with the same reader, or for
 * as long as one likes after {@linkcode FieldList.detach}.
 *
 * @see RFC 9110 §5
 */
export class FieldList implements Iterable<FieldLine> {
  /** No fields at all. */
  static readonly none: FieldList = new FieldList([]);

  /** A number is that line of the source. For {@linkcode writeFields} of this room. */
  readonly lines: readonly (number | FieldLine)[];
  /** For {@linkcode writeFields} of this room. */
  readonly source: FieldSource;

  /**
   * Makes a list of these lines.
   *
   * @param lines names and values as latin1 text, taken as they are: who parsed them has checked them
   */
  constructor(lines: readonly FieldLine[]);
  /**
   * Makes a list that may share lines with received bytes.
   *
   * @param lines a number stands for that line of the source
   */
  constructor(lines: readonly (number | FieldLine)[], source: FieldSource);
  constructor(lines: readonly (number | FieldLine)[], source: FieldSource = NO_SOURCE) {
    this.lines = lines;
    this.source = source;
  }

  /** Gives the lines that an index found in bytes, as they lie there. */
  static over(bytes: Uint8Array, base: number, index: FieldIndex): FieldList {
    const { at, count } = index;
    return new FieldList(inOrder(count), { bytes, base, at, count });
  }

  /** How many field lines there are, repeats counted. */
  get size(): number {
    return this.lines.length;
  }

  /** Gives the lines as text, in order. */
  *[Symbol.iterator](): Iterator<FieldLine> {
    for (const line of this.lines) yield this.#text(line);
  }

  /** Tells whether there is a field of this name, whatever its case. */
  has(name: string): boolean {
    return this.#find(name.toLowerCase(), 0) >= 0;
  }

  /** Gives the value of the first field line of this name. */
  get(name: string): string | undefined {
    const i = this.#find(name.toLowerCase(), 0);
    return i < 0 ? undefined : this.#value(this.lines[i]!);
  }

  /** Gives the value of every field line of this name, in order. */
  getAll(name: string): string[] {
    const wanted = name.toLowerCase();
    const values: string[] = [];
    for (let i = this.#find(wanted, 0); i >= 0; i = this.#find(wanted, i + 1)) {
      values.push(this.#value(this.lines[i]!));
    }
    return values;
  }

  /** Gives these fields less the named ones. */
  without(names: Iterable<string>): FieldList {
    const unwanted = Array.from(names, (name) => name.toLowerCase());
    const kept = this.lines.filter((line) => !unwanted.some((name) => this.#isNamed(line, name)));
    return new FieldList(kept, this.source);
  }

  /** Gives these fields that `keep` is true for; `name` comes in lower case. */
  filter(keep: (name: string, value: string) => boolean): FieldList {
    const kept = this.lines.filter((line) => keep(this.#lowerName(line), this.#value(line)));
    return new FieldList(kept, this.source);
  }

  /** Gives these fields with one of this name: in the place of the first there was, else at the end. */
  with(name: string, value: string): FieldList {
    const wanted = name.toLowerCase();
    const first = this.#find(wanted, 0);
    if (first < 0) return this.appended(name, value);
    const lines = this.lines.filter((line, i) => i <= first || !this.#isNamed(line, wanted));
    lines[first] = [name, value];
    return new FieldList(lines, this.source);
  }

  /** Gives these fields with one more at the end. */
  appended(name: string, value: string): FieldList {
    return new FieldList([...this.lines, [name, value]], this.source);
  }

  /** Gives these fields with more at the end, all in one step. */
  appendedAll(lines: readonly FieldLine[]): FieldList {
    return new FieldList([...this.lines, ...lines], this.source);
  }

  /**
   * Gives these fields less those whose number is marked in `drop` and less those that a received `Connection`
   * names, with `added` at the end. One pass, no strings: for fields that are passed on.
   *
   * @param drop a table made by `fieldSet()`
   * @param fixed a table of those that stay although `Connection` names them
   * @see RFC 9110 §7.6.1
   */
  relayed(drop: Uint8Array, added: readonly FieldLine[], fixed: Uint8Array = NO_IDS): FieldList {
    const kept: (number | FieldLine)[] = [];
    const at = this.source.at;
    for (const line of this.lines) {
      const mark = typeof line === "number"
        ? at[line * STRIDE + ID]!
        : fieldId(line[0].toLowerCase());
      const id = mark & ID_MASK;
      if (drop[id] === 0 && (mark === id || fixed[id] === 1)) kept.push(line);
    }
    for (const line of added) kept.push(line);
    return new FieldList(kept, this.source);
  }

  /** Gives the same fields over a copy of their bytes, to be kept for as long as one likes. */
  detached(): FieldList {
    const { bytes, base, at } = this.source;
    if (at === NO_SOURCE.at) return this;
    const last = this.lines.reduce<number>(
      (a, l) => typeof l === "number" ? Math.max(a, l) : a,
      -1,
    );
    const end = at[(last + 1) * STRIDE]!;
    const source = {
      bytes: bytes.slice(base, base + end),
      base: 0,
      at: at.slice(0, (last + 1) * STRIDE + 1),
      count: last + 1,
    };
    return new FieldList(this.lines, source);
  }

  /** Puts a copy of their bytes under these fields and under all that were made of them. */
  detach(): void {
    const source = this.source as { -readonly [K in keyof FieldSource]: FieldSource[K] };
    const { bytes, base, at, count } = source;
    if (count === 0) return;
    const used = count * STRIDE;
    source.bytes = bytes.slice(base, base + at[used]!);
    source.base = 0;
    source.at = at.slice(0, used + 1);
  }

  #find(wanted: string, from: number): number {
    const lines = this.lines;
    for (let i = from; i < lines.length; i++) {
      if (this.#isNamed(lines[i]!, wanted)) return i;
    }
    return -1;
  }

  /** Compares the name of a line with one in lower case. */
  #isNamed(line: number | FieldLine, wanted: string): boolean {
    if (typeof line !== "number") {
      return line[0].length === wanted.length && line[0].toLowerCase() === wanted;
    }
    const { bytes, base, at } = this.source;
    const name = base + at[line * STRIDE + NAME]!;
    if (base + at[line * STRIDE + NAME_END]! - name !== wanted.length) return false;
    for (let i = 0; i < wanted.length; i++) {
      if (TOKEN[bytes[name + i]!] !== wanted.charCodeAt(i)) return false;
    }
    return true;
  }

  #lowerName(line: number | FieldLine): string {
    if (typeof line !== "number") return line[0].toLowerCase();
    const id = this.source.at[line * STRIDE + ID]! & ID_MASK;
    return fieldName(id) ?? this.#text(line)[0].toLowerCase();
  }

  #value(line: number | FieldLine): string {
    if (typeof line !== "number") return line[1];
    const { bytes, base, at } = this.source;
    return latin1(
      bytes,
      base + at[line * STRIDE + VALUE_AT]!,
      base + at[line * STRIDE + VALUE_END]!,
    );
  }

  #text(line: number | FieldLine): FieldLine {
    if (typeof line !== "number") return line;
    const { bytes, base, at } = this.source;
    const name = base + at[line * STRIDE + NAME]!;
    return [latin1(bytes, name, base + at[line * STRIDE + NAME_END]!), this.#value(line)];
  }
}

/**
 * Splits the members of list fields such as `Connection`, trimmed, empty members dropped.
 * Not for fields whose members may hold quoted commas.
 *
 * @see RFC 9110 §5.6.1
 */
export function listMembers(values: readonly string[]): string[] {
  return values.flatMap((value) => value.split(",")).map((member) => member.trim())
    .filter((member) => member !== "");
}
