import { type Place, type ProblemList, quoted } from "./problem.ts";

/** Longest path that a location may have: no URL is longer. */
const MAX_LENGTH = 4096;
/** What no URL below an application can hold in IIS. */
const FORBIDDEN = /[?:\\*"<>|]/;

/**
 * Reads the path of a `<location>`: empty and `.` are the application itself.
 *
 * @returns undefined when a problem was reported
 * @see IIS M-CF-2
 */
export function readLocationPath(
  path: string,
  place: Place,
  problems: ProblemList,
): string | undefined {
  if (path === "" || path === ".") return "";
  if (path.length > MAX_LENGTH) {
    problems.error(place, `Location path longer than ${MAX_LENGTH} characters; shorten it`);
    return undefined;
  }
  if (isRelative(path)) return path;
  const cleaned = path.replaceAll("\\", "/").split("/").map((part) => part.trim())
    .filter((part) => part !== "" && part !== ".").join("/");
  const right = cleaned !== "" && isRelative(cleaned)
    ? `write ${quoted(cleaned)}`
    : 'write a path below the application such as "admin/reports"';
  problems.error(place, `Invalid location path ${quoted(path)}; ${right}`);
  return undefined;
}

/** Gives the places above a location path, nearest first, the application (empty) last. */
export function pathsAbove(path: string): string[] {
  const above: string[] = [];
  for (let end = path.lastIndexOf("/"); end > 0; end = path.lastIndexOf("/", end - 1)) {
    above.push(path.slice(0, end));
  }
  return path === "" ? [] : [...above, ""];
}

function isRelative(path: string): boolean {
  if (FORBIDDEN.test(path) || path.trim() !== path) return false;
  return path.split("/").every((part) => part !== "" && part !== "." && part !== "..");
}
