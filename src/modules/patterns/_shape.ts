/** One piece of a regular expression, as far as its shape goes. */
type Token = { readonly from: number; readonly to: number } & Kind;

type Kind =
  | { readonly kind: "atom" | "open" | "look" | "close" | "bar" | "start" | "end" | "edge" }
  | { readonly kind: "reference" }
  | { readonly kind: "quantifier"; readonly min: number; readonly max: number };

/** What stands for itself or for one character, escapes and classes included; then what groups, and what repeats. */
const TOKEN =
  /\\[1-9]|\\k|\\[bB]|\\[\s\S]|\[(?:[^\]\\]|\\[\s\S])*\]|\(\?(?::|=|!|<=|<!|<\w+>)|[()|^$]|[*+]\??|\?\??|\{(\d+)(?:,(\d*))?\}\??|[\s\S]/y;

/** Repetitions of at most so many are as good as none. */
const FEW = 16;

/**
 * Tells of the plain kind of regular expression that most rules have whether backtracking takes no longer than the
 * input is: at most one part repeats without a bound, it is one character or class, and either the search begins in
 * one place only or nothing behind the repetition can fail. Of others it says no, whatever they are.
 *
 * @param source valid, in the syntax without the flags `u` and `v`; `.` is any character
 */
export function isObviouslyLinear(source: string): boolean {
  const tokens = tokensOf(source);
  if (tokens.some(({ kind }) => kind === "reference")) return false;
  const repeats = tokens.flatMap((token, i) =>
    token.kind === "quantifier" && token.max > 1 ? [{ max: token.max, i }] : []
  );
  if (repeats.some(({ i }) => tokens[i - 1]?.kind !== "atom")) return false;
  const unbounded = repeats.filter(({ max }) => max > FEW);
  // Each of several short repetitions multiplies the work.
  if (repeats.length - unbounded.length > 2) return false;
  const [only, another] = unbounded;
  if (another) return false;
  if (!only || isAnchored(tokens)) return true;
  return tokens.slice(only.i + 1).every(({ kind }) => kind === "close") &&
    !tokens.some(({ kind }) => kind === "bar" || kind === "look");
}

/**
 * Gives the expression as it can be judged by who takes lookaround for something that always holds: without it, and
 * with an end that no text has, so that everything before can fail. Undefined where that says nothing of the time it
 * takes (lookaround over parts that repeat, back-references), and for repetitions of nothing or of other repetitions,
 * which are rarely safe and can take the judge all the memory there is.
 *
 * @param source valid
 */
export function judgeableForm(source: string): string | undefined {
  const tokens = tokensOf(source);
  if (tokens.some(({ kind }) => kind === "reference")) return undefined;
  if (new NestedRepeats(tokens).found) return undefined;
  if (!tokens.some(({ kind }) => kind === "look")) return source;
  let form = "";
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i]!;
    if (token.kind !== "look") {
      form += source.slice(token.from, token.to);
      continue;
    }
    const close = closeOf(tokens, i);
    const inside = tokens.slice(i + 1, close);
    if (inside.some((one) => one.kind === "quantifier" && one.max > FEW)) return undefined;
    if (tokens[close + 1]?.kind === "quantifier") return undefined;
    i = close;
  }
  return `(?:${form})\uffff`;
}

/**
 * Gives the expression with `^` before it where it begins with `.*` or the like: a match that begins later would
 * begin at the start, too, and must not be looked for again and again.
 *
 * @param source valid; `.` is any character
 */
export function withAnchoredStart(source: string): string {
  const lead = /^(?:\.[*+]\??|\(\.[*+]\??\)(?![*+?{]))/.test(source);
  return lead && !hasAlternatives(tokensOf(source)) ? `^${source}` : source;
}

/**
 * Gives the character code that every match begins with at the start of the input; undefined where there is no such
 * thing. Letters only, in lower case.
 */
export function firstLetter(source: string): number | undefined {
  const tokens = tokensOf(source);
  const letter = /^\^([a-z])(?![*?{])/i.exec(source)?.[1];
  return letter === undefined || hasAlternatives(tokens)
    ? undefined
    : letter.toLowerCase().charCodeAt(0);
}

/** Tells of an expression that takes every input as a whole whether it does so in a group; undefined for others. */
export function takesAll(source: string): "plainly" | "in a group" | undefined {
  if (/^\^?\.\*\$?$/.test(source)) return "plainly";
  return /^\^?\(\.\*\)\$?$/.test(source) ? "in a group" : undefined;
}

function isAnchored(tokens: readonly Token[]): boolean {
  return tokens[0]?.kind === "start" && !hasAlternatives(tokens);
}

/** Whether there is a `|` outside of all groups. */
function hasAlternatives(tokens: readonly Token[]): boolean {
  let depth = 0;
  for (const { kind } of tokens) {
    if (kind === "open" || kind === "look") depth++;
    else if (kind === "close") depth--;
    else if (kind === "bar" && depth === 0) return true;
  }
  return false;
}

/** What a part of an expression is, as far as its repetition goes. */
interface Part {
  readonly isEmpty: boolean;
  readonly hasRepeats: boolean;
}

/** Finds out whether a group repeats that can match nothing, or in which something repeats. */
class NestedRepeats {
  found = false;
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
    this.#alternatives();
  }

  #alternatives(): Part {
    let all = this.#sequence();
    while (this.#tokens[this.#at]?.kind === "bar") {
      this.#at++;
      const one = this.#sequence();
      all = { isEmpty: all.isEmpty || one.isEmpty, hasRepeats: all.hasRepeats || one.hasRepeats };
    }
    return all;
  }

  #sequence(): Part {
    let all: Part = { isEmpty: true, hasRepeats: false };
    for (;;) {
      const kind = this.#tokens[this.#at]?.kind;
      if (kind === undefined || kind === "bar" || kind === "close") return all;
      this.#at++;
      const one = this.#repeated(this.#part(kind));
      all = { isEmpty: all.isEmpty && one.isEmpty, hasRepeats: all.hasRepeats || one.hasRepeats };
    }
  }

  #part(kind: Token["kind"]): Part {
    if (kind !== "open" && kind !== "look") return { isEmpty: kind !== "atom", hasRepeats: false };
    const inside = this.#alternatives();
    this.#at++;
    return { isEmpty: inside.isEmpty || kind === "look", hasRepeats: inside.hasRepeats };
  }

  #repeated(part: Part): Part {
    const token = this.#tokens[this.#at];
    if (token?.kind !== "quantifier") return part;
    this.#at++;
    const { min, max } = token;
    if (max > 1 && (part.isEmpty || part.hasRepeats)) this.found = true;
    const repeats = max > 1 && max !== min;
    return { isEmpty: part.isEmpty || min === 0, hasRepeats: part.hasRepeats || repeats };
  }
}

/** Gives the index of the token that closes the group which the one at `open` opens. */
function closeOf(tokens: readonly Token[], open: number): number {
  let depth = 0;
  for (let i = open; i < tokens.length; i++) {
    const kind = tokens[i]?.kind;
    if (kind === "open" || kind === "look") depth++;
    else if (kind === "close" && --depth === 0) return i;
  }
  return tokens.length;
}

function tokensOf(source: string): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < source.length) {
    const from = TOKEN.lastIndex;
    const found = TOKEN.exec(source);
    if (!found) break;
    tokens.push({ from, to: TOKEN.lastIndex, ...kindOf(found) });
  }
  return tokens;
}

function kindOf([text, least, most]: RegExpExecArray): Kind {
  switch (text[0]) {
    case "(":
      return { kind: /^\(\?<?[=!]/.test(text) ? "look" : "open" };
    case ")":
      return { kind: "close" };
    case "|":
      return { kind: "bar" };
    case "^":
      return { kind: "start" };
    case "$":
      return { kind: "end" };
    case "?":
      return { kind: "quantifier", min: 0, max: 1 };
    case "*":
      return { kind: "quantifier", min: 0, max: Infinity };
    case "+":
      return { kind: "quantifier", min: 1, max: Infinity };
    case "{":
      if (least === undefined) return { kind: "atom" };
      return {
        kind: "quantifier",
        min: Number(least),
        max: most === "" ? Infinity : Number(most ?? least),
      };
    case "\\":
      if (/^\\[bB]/.test(text)) return { kind: "edge" };
      return { kind: /[1-9k]/.test(text[1] ?? "") ? "reference" : "atom" };
    default:
      return { kind: "atom" };
  }
}
