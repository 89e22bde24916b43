import type { PlacedSection } from "./_document.ts";
import { pathsAbove } from "./_location_path.ts";
import type { ProblemList } from "./problem.ts";
import type { SectionSchema } from "./schema.ts";
import { defaultElement, type SectionElement } from "./section.ts";
import { readEdit } from "./_section_edit.ts";
import { mergeEdit } from "./_section_merge.ts";

/** The sections in effect at one place, by name. */
export interface EffectiveLocation {
  /** As first written; empty for the application itself. */
  readonly path: string;
  /** Every section of the schemas, with what it inherits. */
  readonly sections: Readonly<Record<string, SectionElement>>;
}

/**
 * Works out what is in effect at each place that a file speaks of: each inherits from the nearest
 * place above it, the application from the built-in defaults. What several files say of one place is applied in
 * their order.
 *
 * @param files the folders that have a file of their own, which may hold no section that could be read
 * @returns the application first, then from shallow to deep
 * @see ANCM H-8, IIS M-CF-1, M-CF-2
 */
export function effectiveLocations(
  placed: readonly PlacedSection[],
  schemas: readonly SectionSchema[],
  problems: ProblemList,
  files: readonly string[] = [],
): EffectiveLocation[] {
  const defaults = schemas.map((schema) => [schema.name, defaultElement(schema)]);
  const built: EffectiveLocation = { path: "", sections: Object.fromEntries(defaults) };
  const locations = new Map<string, EffectiveLocation>();
  const byPath = Map.groupBy(placed, ({ path }) => path.toLowerCase());
  const spelt = new Map<string, string>();
  for (const path of ["", ...placed.map(({ path }) => path), ...files]) {
    if (!spelt.has(path.toLowerCase())) spelt.set(path.toLowerCase(), path);
  }
  for (
    const path of [...spelt.keys()].sort((a, b) => pathsAbove(a).length - pathsAbove(b).length)
  ) {
    const above = pathsAbove(path).find((parent) => locations.has(parent));
    const parent = above === undefined ? built : locations.get(above) ?? built;
    const own = byPath.get(path) ?? [];
    const sections = { ...parent.sections };
    for (const { schema, element } of own) {
      const inherited = sections[schema.name] ?? defaultElement(schema);
      const edit = readEdit(element, schema, problems);
      sections[schema.name] = mergeEdit(inherited, edit, schema, problems);
    }
    locations.set(path, { path: spelt.get(path) ?? "", sections });
  }
  return [...locations.values()];
}
