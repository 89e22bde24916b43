import type { Place } from "../config/mod.ts";
import type { CompileParts } from "./module_source.ts";

/** What was told of one configuration: what several places inherit is told once. */
const TOLD = new WeakMap<CompileParts, Set<Place>>();

/** Reports what keeps the configuration from being used: IIS would answer 500.19. */
export function refuse(parts: CompileParts, place: Place | undefined, message: string): void {
  if (isNews(parts, place)) {
    parts.problem({ severity: "error", file: "web.config", ...place, message, subStatus: 19 });
  }
}

/** Reports what probably is not meant. */
export function warn(parts: CompileParts, place: Place | undefined, message: string): void {
  if (isNews(parts, place)) {
    parts.problem({ severity: "warning", file: "web.config", ...place, message });
  }
}

function isNews(parts: CompileParts, place: Place | undefined): boolean {
  if (!place) return true;
  const told = TOLD.get(parts) ?? new Set();
  TOLD.set(parts, told);
  if (told.has(place)) return false;
  told.add(place);
  return true;
}
