/** Characters after which a line is cut in two. */
export const LONGEST_LINE = 8192;

/**
 * Turns what a child writes into lines that are safe to show: UTF-8 with replacement characters, bounded length,
 * control characters made visible (a terminal or a log reader must not obey a stranger), the pairing token masked.
 */
export class OutputLines {
  readonly #decoder = new TextDecoder();
  readonly #mask: (text: string) => string;
  readonly #held: number;
  #rest = "";

  /** @param secret the pairing token of the process */
  constructor(secret: string) {
    this.#mask = maskOf(secret);
    // The start of a token may stand at the end of what has arrived: that much of an endless line is held back.
    this.#held = Math.max(secret.length - 1, 0);
  }

  /** Takes the next bytes and gives the lines that are complete now. */
  push(bytes: Uint8Array): string[] {
    const pieces = (this.#rest + this.#decoder.decode(bytes, { stream: true })).split("\n");
    this.#rest = pieces.pop() ?? "";
    const lines = pieces.flatMap((piece) => this.#finished(piece));
    return lines.concat(this.#cutRest());
  }

  /** Gives what is left when the stream has ended. */
  end(): string[] {
    const rest = this.#rest + this.#decoder.decode();
    this.#rest = "";
    return rest === "" ? [] : this.#finished(rest);
  }

  #finished(piece: string): string[] {
    let text = this.#mask(piece.endsWith("\r") ? piece.slice(0, -1) : piece);
    const lines: string[] = [];
    for (; text.length > LONGEST_LINE; text = text.slice(LONGEST_LINE)) {
      lines.push(visible(text.slice(0, LONGEST_LINE)));
    }
    lines.push(visible(text));
    return lines;
  }

  #cutRest(): string[] {
    if (this.#rest.length < LONGEST_LINE + this.#held) return [];
    const lines: string[] = [];
    let rest = this.#mask(this.#rest);
    for (; rest.length >= LONGEST_LINE + this.#held; rest = rest.slice(LONGEST_LINE)) {
      lines.push(visible(rest.slice(0, LONGEST_LINE)));
    }
    this.#rest = rest;
    return lines;
  }
}

/** Gives a function that replaces every occurrence of the secret, whatever its case. */
export function maskOf(secret: string): (text: string) => string {
  if (secret === "") return (text) => text;
  const pattern = new RegExp(secret.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&"), "gi");
  return (text) => text.replace(pattern, "********");
}

/** C0 without tab, DEL, C1, and the marks that reorder or break a line of text. */
// deno-lint-ignore no-control-regex -- control characters are what it looks for
const UNSAFE = /[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]/g;

/** Replaces control characters by their pictures (`␛`), and other marks a terminal obeys by `�`. */
export function visible(text: string): string {
  return text.replace(UNSAFE, (character) => {
    const code = character.charCodeAt(0);
    if (code < 0x20) return String.fromCharCode(0x2400 + code);
    return code === 0x7f ? "\u2421" : "\ufffd";
  });
}
