import { UNSUPPORTED_SECTIONS, type UnsupportedSection } from "./known_sections.ts";
import { readLocationPath } from "./_location_path.ts";
import { nearest, nearOrAll, unknownName } from "./_near.ts";
import { type ProblemList, quoted } from "./problem.ts";
import type { AttributeSchema, SectionSchema } from "./schema.ts";
import { readEdit, readSettings } from "./_section_edit.ts";
import type { XmlElement } from "./xml.ts";

/** A section that a file holds, and the place of the URL space it speaks for. */
export interface PlacedSection {
  /** Location path below the application; empty for the application itself. */
  readonly path: string;
  readonly schema: SectionSchema;
  readonly element: XmlElement;
}

/** How many `<location>` elements a file may have: each costs as much as it inherits. */
const MAX_LOCATIONS = 1000;

/** The element that holds every section the host looks at. */
const GROUP = "system.webServer";

/** `<location>`: what of it is about parents, children and locks is taken and has nothing to act on. @see ANCM H-6 */
const LOCATION: Readonly<Record<string, AttributeSchema>> = {
  path: { type: "string", default: "", doc: "" },
  inheritInChildApplications: { type: "boolean", default: true, doc: "" },
  overrideMode: { type: "enum", values: ["Inherit", "Allow", "Deny"], doc: "" },
  allowOverride: { type: "boolean", doc: "" },
};

/**
 * Finds the sections of a configuration file. Foreign ones pass in silence, unknown ones of
 * `system.webServer` warn, one that stands twice for the same place is a mistake.
 *
 * @see ANCM C-62, H-6, H-7, H-9, IIS M-CF-9, M-CF-23
 */
export function placeSections(
  root: XmlElement,
  schemas: readonly SectionSchema[],
  problems: ProblemList,
): PlacedSection[] {
  if (root.name !== "configuration") {
    const what = `The root element is ${quoted(root.name)}`;
    problems.error(root.place, `${what}; web.config begins with "<configuration>"`);
    return [];
  }
  const reader = new DocumentReader(schemas, problems);
  let locations = 0;
  for (const child of root.children) {
    if (child.name === "location" && ++locations > MAX_LOCATIONS) {
      problems.error(child.place, `More than ${MAX_LOCATIONS} locations; join some of them`);
      break;
    } else if (child.name === "location") reader.readLocation(child);
    else reader.readChild(child, "");
  }
  return reader.placed;
}

class DocumentReader {
  readonly placed: PlacedSection[] = [];
  readonly #schemas: ReadonlyMap<string, SectionSchema>;
  readonly #unsupported: ReadonlyMap<string, UnsupportedSection>;
  readonly #groups: ReadonlySet<string>;
  readonly #seen = new Map<string, XmlElement>();

  constructor(schemas: readonly SectionSchema[], private readonly problems: ProblemList) {
    this.#schemas = new Map(schemas.map((schema) => [schema.name, schema]));
    this.#unsupported = new Map(UNSUPPORTED_SECTIONS.map((section) => [section.name, section]));
    this.#groups = new Set(
      [...this.#schemas.keys(), ...this.#unsupported.keys()].flatMap(groupsOf),
    );
  }

  readLocation(element: XmlElement): void {
    const settings = readSettings(element, LOCATION, this.problems);
    const place = settings.path?.place ?? element.place;
    const path = readLocationPath(String(settings.path?.value ?? ""), place, this.problems);
    for (const child of element.children) {
      if (child.name === "location") {
        this.problems.error(child.place, "A location inside a location; put it beside the other");
      } else if (path !== undefined) this.readChild(child, path);
    }
  }

  /** Reads a child of the whole file or of a location. */
  readChild(element: XmlElement, path: string): void {
    const { name, place } = element;
    if (name === GROUP) this.#readGroup(element, "", path);
    else if (this.#schemas.has(name)) {
      const what = `${name} stands outside ${GROUP} and has no effect`;
      this.problems.warning(place, `${what}; move it into <${GROUP}>`);
    } else if (name.toLowerCase() === GROUP.toLowerCase()) {
      const what = `Unknown element ${quoted(name)} has no effect`;
      this.problems.warning(place, `${what}; write "${GROUP}" (names are case-sensitive)`);
    }
  }

  #readGroup(group: XmlElement, prefix: string, path: string): void {
    for (const child of group.children) {
      const name = prefix + child.name;
      const schema = this.#schemas.get(name);
      const unsupported = this.#unsupported.get(name);
      if (schema) this.#place({ path, schema, element: child });
      else if (this.#groups.has(name)) this.#readGroup(child, `${name}/`, path);
      else if (unsupported) this.#warnUnsupported(child, unsupported);
      else this.#warnUnknown(child, prefix, group.name);
    }
  }

  #place(section: PlacedSection): void {
    const { path, schema, element } = section;
    const key = `${schema.name} ${path.toLowerCase()}`;
    const first = this.#seen.get(key);
    if (first) {
      const what = `Second section ${schema.name}` +
        (path === "" ? "" : ` for location ${quoted(path)}`);
      const where = `the first is on line ${first.place.line}`;
      this.problems.error(element.place, `${what}, ${where}; put everything into one`);
      readEdit(element, schema, this.problems); // its mistakes are told all the same
      return;
    }
    this.#seen.set(key, element);
    if (path === "" || schema.scope !== "application") this.placed.push(section);
    else {
      const what = `Section ${schema.name} has no effect in location ${quoted(path)}`;
      const right = "it counts for the whole application only: move it out of the location";
      this.problems.warning(element.place, `${what}; ${right}`);
    }
  }

  #warnUnsupported(element: XmlElement, section: UnsupportedSection): void {
    const { name, effect, isSecurity, harmless } = section;
    if (harmless && asksNothing(element, new Set(harmless))) return;
    const message = isSecurity
      ? `SECURITY: section ${name} has no effect yet, ${effect}; do not rely on it`
      : `Section ${name} has no effect, ${effect}; remove it, or leave it for IIS`;
    this.problems.warning(element.place, message);
  }

  #warnUnknown(element: XmlElement, prefix: string, parent: string): void {
    this.problems.warning(element.place, () => {
      const known = [...this.#schemas.keys(), ...this.#unsupported.keys()]
        .filter((name) => name.startsWith(prefix))
        .map((name) => name.slice(prefix.length).split("/", 1)[0] ?? "");
      const near = nearest(element.name, known);
      const right = near ? nearOrAll(element.name, [near]) : "it has no effect here";
      return `${unknownName("element", element.name, parent)}; ${right}`;
    });
  }
}

/** Gives the elements that a section's path goes through. */
function groupsOf(name: string): string[] {
  const parts = name.split("/");
  return parts.slice(1).map((_, i) => parts.slice(0, i + 1).join("/"));
}

/** Tells whether an element holds nothing but harmless elements and attributes. */
function asksNothing(element: XmlElement, harmless: ReadonlySet<string>): boolean {
  return element.attributes.every(({ name }) => harmless.has(name)) &&
    element.children.every((child) =>
      harmless.has(child.name) && (child.name === "remove" || asksNothing(child, harmless))
    );
}
