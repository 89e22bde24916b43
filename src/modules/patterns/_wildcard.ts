import type { Captures } from "./pattern.ts";

/**
 * Compiles text in which `*` stands for any run of characters, each a group, the earlier ones as long as they can
 * be. The whole input has to fit. No backtracking: each literal part is looked for once.
 *
 * @see IIS M-RW-5
 */
export function wildcardSearch(
  pattern: string,
  ignoreCase: boolean,
): (input: string) => Captures | null {
  const fold = ignoreCase ? foldCase : (text: string) => text;
  const parts = fold(pattern).split("*");
  const first = parts[0] ?? "";
  const last = parts.at(-1) ?? "";
  if (parts.length === 1) return (input) => fold(input) === first ? [input] : null;
  return (input) => {
    const text = fold(input);
    let end = text.length - last.length;
    if (end < first.length || !text.startsWith(first) || !text.endsWith(last)) return null;
    const captures = new Array<string>(parts.length);
    // From the right: the rightmost place of a part leaves most to the run before it.
    for (let i = parts.length - 2; i > 0; i--) {
      const part = parts[i] ?? "";
      const at = end < part.length ? -1 : text.lastIndexOf(part, end - part.length);
      if (at < first.length) return null;
      captures[i + 1] = input.slice(at + part.length, end);
      end = at;
    }
    captures[1] = input.slice(first.length, end);
    captures[0] = input;
    return captures;
  };
}

/** Gives text without regard to letter case, character by character: offsets stay what they were. */
export function foldCase(text: string): string {
  const lower = text.toLowerCase();
  if (lower.length === text.length) return lower;
  return Array.from(text, (char) => {
    const one = char.toLowerCase();
    return one.length === char.length ? one : char;
  }).join("");
}
