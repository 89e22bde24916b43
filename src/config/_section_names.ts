import { UNSUPPORTED_SECTIONS, type UnsupportedSection } from "./known_sections.ts";
import type { SectionSchema } from "./schema.ts";

/** The element that holds every section the host looks at. */
export const GROUP = "system.webServer";

/** The sections that there are, by their path below {@linkcode GROUP}. */
export class SectionNames {
  readonly #schemas: ReadonlyMap<string, SectionSchema>;
  readonly #unsupported: ReadonlyMap<string, UnsupportedSection>;
  readonly #groups: ReadonlySet<string>;

  /** @param schemas those that the host reads */
  constructor(schemas: readonly SectionSchema[]) {
    this.#schemas = new Map(schemas.map((schema) => [schema.name, schema]));
    this.#unsupported = new Map(UNSUPPORTED_SECTIONS.map((section) => [section.name, section]));
    this.#groups = new Set(this.all.flatMap(groupsOf));
  }

  /** Every name, of sections that have no effect, too. */
  get all(): readonly string[] {
    return [...this.#schemas.keys(), ...this.#unsupported.keys()];
  }

  /** Gives the schema of a section that the host reads. */
  schema(name: string): SectionSchema | undefined {
    return this.#schemas.get(name);
  }

  /** Gives what is known of a section that has no effect. */
  unsupported(name: string): UnsupportedSection | undefined {
    return this.#unsupported.get(name);
  }

  /** Tells whether sections stand below a name. */
  isGroup(name: string): boolean {
    return this.#groups.has(name);
  }
}

/** Gives the elements that a section's path goes through. */
function groupsOf(name: string): string[] {
  const parts = name.split("/");
  return parts.slice(1).map((_, i) => parts.slice(0, i + 1).join("/"));
}
