import type { RewriteMap } from "./_maps.ts";
import type { RewriteScope } from "./_scope.ts";
import { serverVariable } from "./_server_variables.ts";
import { escapeDelimiters, escapeHtml, urlDecode, urlEncode } from "./_url_text.ts";

/** Text whose `{…}` are replaced, compiled. */
export interface Expression {
  /** Gives the text. */
  text(scope: RewriteScope): string;
  /** Gives it as part of a URL: in what was decoded `%`, `?` and `#` are escaped again. */
  url(scope: RewriteScope): string;
  /** Whether everything that is put into it is decoded text. */
  readonly isDecoded: boolean;
  /** What it begins with whatever is put into it; all of it where nothing is. */
  readonly lead: string;
  /** Whether nothing is put into it. */
  readonly isLiteral: boolean;
}

/** What the names in an expression mean. */
export interface ExpressionNames {
  /** By name in lower case. */
  readonly maps: ReadonlyMap<string, RewriteMap>;
  /** Whether `{R:n}` is decoded text. */
  readonly isMatchDecoded: boolean;
  /** Is told of server variables that nobody knows, in upper case. */
  readonly unknown: (variable: string) => void;
}

/** An expression that means nothing. The message says what is wrong and what would be right. */
export class ExpressionError extends Error {
  override readonly name = "ExpressionError";
}

/**
 * Compiles an expression. What is put into it is never looked at again.
 *
 * @throws {ExpressionError} for a brace without end, an unknown map or function, a capture without number
 * @see IIS section 6.4, M-RW-30, M-RW-31
 */
export function compileExpression(text: string, names: ExpressionNames): Expression {
  const parser = new ExpressionParser(text, names);
  return parser.sequence(false);
}

/** One part of an expression that is replaced. */
type Part = Pick<Expression, "text" | "url" | "isDecoded">;

class ExpressionParser {
  readonly #source: string;
  readonly #names: ExpressionNames;
  #at = 0;
  #depth = 0;

  constructor(source: string, names: ExpressionNames) {
    this.#source = source;
    this.#names = names;
  }

  /** Reads parts up to the end, or to the brace that ends the one around them. */
  sequence(isNested: boolean): Expression {
    const parts: (string | Part)[] = [];
    for (;;) {
      const stop = this.#next(isNested);
      if (stop > this.#at) parts.push(this.#source.slice(this.#at, stop));
      this.#at = stop;
      if (stop === this.#source.length || this.#source[stop] === "}") return joined(parts);
      this.#at++;
      parts.push(this.#part());
    }
  }

  #next(isNested: boolean): number {
    let at = this.#at;
    while (at < this.#source.length) {
      const char = this.#source[at];
      if (char === "{" || (isNested && char === "}")) return at;
      at++;
    }
    return at;
  }

  #part(): Part {
    if (++this.#depth > 32) {
      throw new ExpressionError("Braces within more than 32 others; use fewer");
    }
    const name = /[^{}:]*/y;
    name.lastIndex = this.#at;
    const word = name.exec(this.#source)?.[0] ?? "";
    this.#at += word.length;
    const mark = this.#source[this.#at];
    let part: Part;
    if (mark === ":") {
      this.#at++;
      const argument = this.sequence(true);
      part = this.#applied(word, argument);
    } else part = this.#variable(word);
    if (this.#source[this.#at] !== "}") {
      throw new ExpressionError(`No "}" for the "{" before "${word}"; close it`);
    }
    this.#at++;
    this.#depth--;
    return part;
  }

  #variable(word: string): Part {
    const name = word.trim().toUpperCase();
    if (name === "" || name === "R" || name === "C") {
      throw new ExpressionError(
        `"{${word}}" means nothing; write {R:1}, {C:1} or a server variable`,
      );
    }
    const { read, readForUrl, isDecoded, isKnown } = serverVariable(name);
    if (!isKnown) this.#names.unknown(name);
    const text: Part["text"] = (scope) => scope.variables?.get(name) ?? read(scope);
    if (readForUrl) {
      return { text, url: (scope) => scope.variables?.get(name) ?? readForUrl(scope), isDecoded };
    }
    return isDecoded
      ? { text, url: (scope) => escapeDelimiters(text(scope)), isDecoded }
      : raw(text);
  }

  #applied(word: string, argument: Expression): Part {
    const name = word.trim().toLowerCase();
    switch (name) {
      case "r":
        return this.#matched(captureNumber(word, argument));
      case "c":
        return captured(captureNumber(word, argument));
      case "tolower":
        return {
          text: (scope) => argument.text(scope).toLowerCase(),
          url: (scope) => argument.url(scope).toLowerCase(),
          isDecoded: argument.isDecoded,
        };
      case "urlencode":
        return raw((scope) => urlEncode(argument.text(scope)));
      case "urldecode":
        return raw((scope) => urlDecode(argument.text(scope)));
      case "htmlencode":
        return raw((scope) => escapeHtml(argument.text(scope)));
    }
    const map = this.#names.maps.get(name);
    if (map) return raw((scope) => map(argument.text(scope)));
    const right = "write ToLower, UrlEncode, UrlDecode, HtmlEncode, or the name of a rewriteMap";
    throw new ExpressionError(`Unknown map or function "${word}"; ${right}`);
  }

  #matched(n: number): Part {
    const text: Part["text"] = ({ matched }) => matched[n] ?? "";
    if (!this.#names.isMatchDecoded) return raw(text);
    return { text, url: (scope) => escapeDelimiters(text(scope)), isDecoded: true };
  }
}

function captured(n: number): Part {
  return {
    text: ({ conditions }) => conditions[n] ?? "",
    url({ conditions, isConditionDecoded }) {
      const text = conditions[n] ?? "";
      return isConditionDecoded ? escapeDelimiters(text) : text;
    },
    isDecoded: false,
  };
}

function captureNumber(word: string, { isLiteral, lead }: Expression): number {
  if (isLiteral && /^\d{1,2}$/.test(lead)) return Number(lead);
  throw new ExpressionError(`"{${word}:…}" takes the number of a group; write {${word}:1}`);
}

/** Text that is in a URL what it is elsewhere. */
function raw(text: Part["text"]): Part {
  return { text, url: text, isDecoded: false };
}

function joined(parts: readonly (string | Part)[]): Expression {
  const [first = ""] = parts;
  const lead = typeof first === "string" ? first : "";
  const live = parts.filter((part) => typeof part !== "string");
  if (live.length === 0) return { ...raw(() => lead), lead, isLiteral: true };
  const rest = { lead, isLiteral: false, isDecoded: live.every(({ isDecoded }) => isDecoded) };
  if (parts.length === 1 && live[0]) return { ...live[0], ...rest };
  return {
    text: (scope) => concat(parts, scope, "text"),
    url: (scope) => concat(parts, scope, "url"),
    ...rest,
  };
}

function concat(
  parts: readonly (string | Part)[],
  scope: RewriteScope,
  form: "text" | "url",
): string {
  let all = "";
  for (const part of parts) all += typeof part === "string" ? part : part[form](scope);
  return all;
}
