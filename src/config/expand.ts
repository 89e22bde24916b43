/** A text with its `%NAME%` replaced. */
export interface Expansion {
  /** Everything that could be replaced is. */
  readonly text: string;
  /** The names that were not found; they stand in the text with their percent signs. */
  readonly unresolved: readonly string[];
}

/** Replaces `%NAME%` in a text; names in `kept` (lower case) stay for somebody else. */
export type Expand = (text: string, kept?: ReadonlySet<string>) => Expansion;

/**
 * Makes the function that replaces `%NAME%` by variables of an environment, whatever their case.
 * What it puts in is not looked at again. Linear in the length of the text.
 *
 * @see ANCM C-50, C-51
 */
export function expander(environment: Readonly<Record<string, string>>): Expand {
  const variables = new Map<string, string>();
  for (const [name, value] of Object.entries(environment)) {
    const key = name.toLowerCase();
    if (!variables.has(key)) variables.set(key, value);
  }
  return (text, kept) =>
    expand(text, (name) => {
      const key = name.toLowerCase();
      if (kept?.has(key)) return null;
      return Object.hasOwn(environment, name) ? environment[name] : variables.get(key);
    });
}

/** Gives the value, undefined where there is none, or null where the name shall stay. */
type LookUp = (name: string) => string | undefined | null;

function expand(text: string, lookUp: LookUp): Expansion {
  let result = "";
  const unresolved: string[] = [];
  let from = 0;
  for (;;) {
    const open = text.indexOf("%", from);
    const close = open < 0 ? -1 : text.indexOf("%", open + 1);
    if (close < 0) return { text: result + text.slice(from), unresolved };
    const name = text.slice(open + 1, close);
    const value = name === "" ? undefined : lookUp(name);
    if (typeof value === "string") {
      result += text.slice(from, open) + value;
      from = close + 1;
    } else if (value === null) {
      result += text.slice(from, close + 1);
      from = close + 1;
    } else { // the second percent sign may be the beginning of the next name
      if (name !== "") unresolved.push(name);
      result += text.slice(from, close);
      from = close;
    }
  }
}
