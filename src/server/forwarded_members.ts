const COMMA = 44;
const QUOTE = 34;
const BACKSLASH = 92;

/**
 * Takes the members of a list field off its right end, one by one. What stands further left cannot change what is
 * taken: it comes from hops further away, which may say anything.
 */
export class MembersFromRight {
  #rest: string;
  readonly #mayQuote: boolean;

  /**
   * Makes one.
   *
   * @param values of all field lines of one name, in order
   * @param mayQuote whether a comma within quotes separates nothing
   */
  constructor(values: readonly string[], mayQuote: boolean) {
    this.#rest = values.join(", ");
    this.#mayQuote = mayQuote;
  }

  /** What is left, as it came. */
  get rest(): string {
    return this.#rest.replace(/[, \t]+$/, "");
  }

  /** Gives the last member, trimmed; empty ones are passed over. @see RFC 9110 §5.6.1 */
  take(): string | undefined {
    while (this.#rest !== "") {
      const comma = this.#mayQuote ? lastComma(this.#rest) : this.#rest.lastIndexOf(",");
      const member = this.#rest.slice(comma + 1).trim();
      this.#rest = this.#rest.slice(0, Math.max(0, comma));
      if (member !== "") return member;
    }
    return undefined;
  }
}

/** Finds the last comma outside of quotes. Of what is well-formed, a quote met from the right ends a string. */
function lastComma(text: string): number {
  for (let i = text.length - 1; i >= 0; i--) {
    const code = text.charCodeAt(i);
    if (code === COMMA) return i;
    if (code === QUOTE) i = openingQuote(text, i);
  }
  return -1;
}

function openingQuote(text: string, closing: number): number {
  for (let i = closing - 1; i >= 0; i--) {
    if (text.charCodeAt(i) !== QUOTE) continue;
    let backslashes = 0;
    while (text.charCodeAt(i - 1 - backslashes) === BACKSLASH) backslashes++;
    if (backslashes % 2 === 0) return i;
  }
  return -1;
}
