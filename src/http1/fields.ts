/** One field line. */
export type FieldLine = readonly [name: string, value: string];

/**
 * The fields of a message: order, case and repeats kept, look-up by name whatever its case.
 * Never changed in place; every edit gives a new list.
 *
 * @see RFC 9110 §5
 */
export class FieldList implements Iterable<FieldLine> {
  /** No fields at all. */
  static readonly none: FieldList = new FieldList([]);

  readonly #lines: readonly FieldLine[];

  /** @param lines names and values as latin1 text, taken as they are: who parsed them has checked them */
  constructor(lines: readonly FieldLine[]) {
    this.#lines = lines;
  }

  get size(): number {
    return this.#lines.length;
  }

  [Symbol.iterator](): Iterator<FieldLine> {
    return this.#lines[Symbol.iterator]();
  }

  has(name: string): boolean {
    return this.get(name) !== undefined;
  }

  get(name: string): string | undefined {
    const wanted = name.toLowerCase();
    return this.#lines.find(([n]) => n.toLowerCase() === wanted)?.[1];
  }

  getAll(name: string): string[] {
    const wanted = name.toLowerCase();
    return this.#lines.filter(([n]) => n.toLowerCase() === wanted).map(([, value]) => value);
  }

  without(names: Iterable<string>): FieldList {
    const unwanted = new Set(Array.from(names, (name) => name.toLowerCase()));
    return this.filter((name) => !unwanted.has(name));
  }

  filter(keep: (name: string, value: string) => boolean): FieldList {
    return new FieldList(this.#lines.filter(([name, value]) => keep(name.toLowerCase(), value)));
  }

  with(name: string, value: string): FieldList {
    const wanted = name.toLowerCase();
    const first = this.#lines.findIndex(([n]) => n.toLowerCase() === wanted);
    if (first < 0) return this.appended(name, value);
    const lines = this.#lines.filter(([n], i) => i <= first || n.toLowerCase() !== wanted);
    lines[first] = [name, value];
    return new FieldList(lines);
  }

  appended(name: string, value: string): FieldList {
    return new FieldList([...this.#lines, [name, value]]);
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
