import type { UnsupportedSection } from "./known_sections.ts";
import { readLocationPath } from "./_location_path.ts";
import { nearest, nearOrAll, unknownName } from "./_near.ts";
import { type ProblemList, quoted, whereFrom } from "./problem.ts";
import type { AttributeSchema, SectionSchema } from "./schema.ts";
import { readEdit, readSettings } from "./_section_edit.ts";
import { GROUP, SectionNames } from "./_section_names.ts";
import { isLocked, lockedMessage } from "./_strict_iis.ts";
import type { XmlElement } from "./xml.ts";

/** A section that a file holds, and the place of the URL space it speaks for. */
export interface PlacedSection {
  /** Location path below the application; empty for the application itself. */
  readonly path: string;
  readonly schema: SectionSchema;
  readonly element: XmlElement;
}

/** How sections are found. */
export interface PlaceOptions {
  /** Of the sections that the host reads. */
  readonly schemas: readonly SectionSchema[];
  /** Path of the folder that the file lies in, below the application. @default "" */
  readonly below?: string | undefined;
  /** Whether sections that IIS locks are refused. @default false @see IIS M-CF-6 */
  readonly strictIis?: boolean | undefined;
}

/** How many `<location>` elements a file may have: each costs as much as it inherits. */
const MAX_LOCATIONS = 1000;

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
  options: PlaceOptions,
  problems: ProblemList,
): PlacedSection[] {
  if (root.name !== "configuration") {
    const what = `The root element is ${quoted(root.name)}`;
    problems.error(root.place, `${what}; web.config begins with "<configuration>"`);
    return [];
  }
  const reader = new DocumentReader(options, problems);
  let locations = 0;
  for (const child of root.children) {
    if (child.name === "location" && ++locations > MAX_LOCATIONS) {
      problems.error(child.place, `More than ${MAX_LOCATIONS} locations; join some of them`);
      break;
    } else if (child.name === "location") reader.readLocation(child);
    else reader.readChild(child, options.below ?? "");
  }
  return reader.placed;
}

class DocumentReader {
  readonly placed: PlacedSection[] = [];
  readonly #names: SectionNames;
  readonly #below: string;
  readonly #isStrict: boolean;
  readonly #seen = new Map<string, XmlElement>();

  constructor(
    { schemas, below = "", strictIis = false }: PlaceOptions,
    readonly problems: ProblemList,
  ) {
    this.#names = new SectionNames(schemas);
    this.#below = below;
    this.#isStrict = strictIis;
  }

  readLocation(element: XmlElement): void {
    const settings = readSettings(element, LOCATION, this.problems);
    const place = settings.path?.place ?? element.place;
    const path = readLocationPath(String(settings.path?.value ?? ""), place, this.problems);
    for (const child of element.children) {
      if (child.name === "location") {
        this.problems.error(child.place, "A location inside a location; put it beside the other");
      } else if (path !== undefined) this.readChild(child, joined(this.#below, path));
    }
  }

  /** Reads a child of the whole file or of a location. */
  readChild(element: XmlElement, path: string): void {
    const { name, place } = element;
    if (name === GROUP) this.#readGroup(element, "", path);
    else if (this.#names.schema(name)) {
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
      const schema = this.#names.schema(name);
      const unsupported = this.#names.unsupported(name);
      const isRefused = this.#isStrict && (schema || unsupported) && isLocked(name);
      if (isRefused) this.problems.error(child.place, lockedMessage(name));
      else if (schema) this.#place({ path, schema, element: child });
      else if (this.#names.isGroup(name)) this.#readGroup(child, `${name}/`, path);
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
      const where = `the first is on ${whereFrom(element.place, first.place)}`;
      this.problems.error(element.place, `${what}, ${where}; put everything into one`);
      readEdit(element, schema, this.problems); // its mistakes are told all the same
      return;
    }
    this.#seen.set(key, element);
    if (path === "" || schema.scope !== "application") this.placed.push(section);
    else if (path === this.#below) {
      const what = `Section ${schema.name} has no effect in the file of a sub-folder`;
      const right = "it counts for the whole application only: move it into the application's file";
      this.problems.warning(element.place, `${what}; ${right}`);
    } else {
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
      const known = this.#names.all.filter((name) => name.startsWith(prefix))
        .map((name) => name.slice(prefix.length).split("/", 1)[0] ?? "");
      const near = nearest(element.name, known);
      const right = near ? nearOrAll(element.name, [near]) : "it has no effect here";
      return `${unknownName("element", element.name, parent)}; ${right}`;
    });
  }
}

/** Joins two places below the application; either may be empty. */
function joined(above: string, below: string): string {
  return [above, below].filter((part) => part !== "").join("/");
}

/** Tells whether an element holds nothing but harmless elements and attributes. */
function asksNothing(element: XmlElement, harmless: ReadonlySet<string>): boolean {
  return element.attributes.every(({ name }) => harmless.has(name)) &&
    element.children.every((child) =>
      harmless.has(child.name) && (child.name === "remove" || asksNothing(child, harmless))
    );
}
