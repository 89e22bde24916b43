import leven from "leven";
import { quoted } from "./problem.ts";

/** Says what to write instead of an unknown name: the near one, or all there are. */
export function nearOrAll(unknown: string, known: readonly string[]): string {
  const near = nearest(unknown, known);
  if (near?.toLowerCase() === unknown.toLowerCase()) {
    return `write "${near}" (names are case-sensitive)`;
  }
  if (near) return `write "${near}"`;
  if (known.length === 0) return "remove it";
  return `known here: ${known.join(", ")}`;
}

/** Finds the known name that was probably meant. */
export function nearest(unknown: string, known: readonly string[]): string | undefined {
  if (unknown.length > 100) return undefined;
  const lower = unknown.toLowerCase();
  return known.map((name) => ({ name, distance: leven(lower, name.toLowerCase()) }))
    .filter(({ name, distance }) => distance <= Math.min(3, name.length / 3))
    .sort((a, b) => a.distance - b.distance)[0]?.name;
}

/** Names an unknown element or attribute in a message. */
export function unknownName(kind: "attribute" | "element", name: string, parent: string): string {
  return `Unknown ${kind} ${quoted(name)} in ${parent}`;
}
