/** Tells whether a normalised path, such as `/api/x`, fits. */
export type PathTest = (path: string) => boolean;

/**
 * Compiles the path pattern of a handler. No backtracking: a match costs at most the length of the
 * path times the number of its parts.
 *
 * @see ANCM H-3, IIS M-HD-7
 */
export function handlerPathTest(pattern: string): PathTest {
  const lower = pattern.toLowerCase();
  if (/^\*+$/.test(lower)) return () => true;
  if (lower === "*.") return (path) => !lastSegment(path).includes(".");
  if (!lower.includes("/")) return compose(lower, lastSegment);
  const isOpen = lower.startsWith("*") || lower.startsWith("/");
  return compose(isOpen ? lower : `/${lower}`, (path) => path);
}

function compose(pattern: string, part: (path: string) => string): PathTest {
  const fits = wildcard(pattern);
  return (path) => fits(part(path.toLowerCase()));
}

function lastSegment(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** Compiles a pattern in which `*` stands for any run of characters. */
function wildcard(pattern: string): (text: string) => boolean {
  const parts = pattern.split("*");
  const first = parts.shift() ?? "";
  const last = parts.pop();
  if (last === undefined) return (text) => text === first;
  return (text) => {
    const end = text.length - last.length;
    if (end < first.length || !text.startsWith(first) || !text.endsWith(last)) return false;
    let at = first.length;
    for (const part of parts) { // the leftmost place leaves most room for what follows
      const found = text.indexOf(part, at);
      if (found < 0) return false;
      at = found + part.length;
    }
    return at <= end;
  };
}
