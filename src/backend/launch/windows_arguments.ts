/**
 * Splits a command line's arguments as programs on Windows do for themselves (the C runtime of 2008 and later).
 * Spaces and tabs separate; quotes group; `\"` is a quote; `""` inside quotes is a quote and the group goes on;
 * backslashes are plain unless a quote follows. A quote that is never closed closes at the end.
 *
 * @see ANCM C-55
 */
export function splitArguments(raw: string): string[] {
  const found: string[] = [];
  let at = 0;
  while ((at = skipBlanks(raw, at)) < raw.length) {
    const { value, end } = oneArgument(raw, at);
    found.push(value);
    at = end;
  }
  return found;
}

const isBlank = (character: string | undefined) => character === " " || character === "\t";

function skipBlanks(raw: string, from: number): number {
  let at = from;
  while (isBlank(raw[at])) at++;
  return at;
}

function oneArgument(raw: string, from: number): { value: string; end: number } {
  let value = "";
  let quoted = false;
  let at = from;
  while (at < raw.length && (quoted || !isBlank(raw[at]))) {
    const slashes = countBackslashes(raw, at);
    at += slashes;
    if (raw[at] !== '"') {
      value += "\\".repeat(slashes);
      if (slashes === 0) value += raw[at++];
      continue;
    }
    value += "\\".repeat(slashes >> 1);
    if (slashes % 2 === 1) {
      value += '"';
    } else if (quoted && raw[at + 1] === '"') {
      value += '"';
      at++;
    } else {
      quoted = !quoted;
    }
    at++;
  }
  return { value, end: at };
}

function countBackslashes(raw: string, from: number): number {
  let at = from;
  while (raw[at] === "\\") at++;
  return at - from;
}
