import { nearOrAll, unknownName } from "./_near.ts";
import { type Place, type ProblemList, quoted } from "./problem.ts";
import {
  type AttributeSchema,
  type CollectionSchema,
  type ElementSchema,
  noEffect,
} from "./schema.ts";
import type { Setting } from "./section.ts";
import { readValue } from "./values.ts";
import type { XmlAttribute, XmlElement } from "./xml.ts";

/** What one element of one file asks for, checked against its schema but not yet merged. */
export interface ElementEdit {
  readonly place: Place;
  readonly settings: Readonly<Record<string, Setting>>;
  readonly children: Readonly<Record<string, ElementEdit>>;
  /** What to do to the collection, in the order of the file. */
  readonly steps: readonly Step[];
}

/** One thing that a file does to a collection. */
export type Step =
  | { readonly kind: "add" | "remove"; readonly item: ElementEdit }
  | { readonly kind: "clear" };

/** Attributes that IIS takes on every element: locks, which matter to nobody in the last file. @see IIS M-CF-5 */
const LOCKS = new Set([
  "lockAttributes",
  "lockElements",
  "lockAllAttributesExcept",
  "lockAllElementsExcept",
  "lockItem",
]);

/** Advice for attributes that are known in IIS but not taken here. */
const REFUSED: Readonly<Record<string, string>> = {
  configSource: "only whole sections stand in a file of their own: put the content here",
  configProtectionProvider: "put the section here as plain XML: the host cannot decrypt sections",
};

/** Reads an element against its schema and reports everything that does not fit. */
export function readEdit(
  element: XmlElement,
  schema: ElementSchema,
  problems: ProblemList,
): ElementEdit {
  const settings = readSettings(element, schema.attributes ?? {}, problems);
  for (const [name, attribute] of Object.entries(schema.attributes ?? {})) {
    if (attribute.required && !element.attributes.some((written) => written.name === name)) {
      problems.error(element.place, `Missing attribute "${name}" in ${element.name}; add it`);
    }
  }
  if (element.text) {
    problems.error(element.text, `Text inside ${element.name}; settings are attributes, remove it`);
  }
  return { place: element.place, settings, ...readContents(element, schema, problems) };
}

/** Reads the attributes that an element has. */
export function readSettings(
  element: XmlElement,
  known: Readonly<Record<string, AttributeSchema>>,
  problems: ProblemList,
): Record<string, Setting> {
  const settings: Record<string, Setting> = {};
  for (const attribute of element.attributes) {
    const schema = Object.hasOwn(known, attribute.name) ? known[attribute.name] : undefined;
    if (!schema) {
      reportUnknown(attribute, element.name, Object.keys(known), problems);
      continue;
    }
    const reading = readValue(schema, attribute.value);
    if ("value" in reading) {
      settings[attribute.name] = { value: reading.value, place: attribute.place };
      warnIfIdle(attribute, schema, reading.value, problems);
    } else {
      const { wrong, right } = reading;
      const what = `Invalid "${attribute.name}" in ${element.name}`;
      problems.error(attribute.place, `${what}: ${schema.secret ? "bad value" : wrong}; ${right}`);
    }
  }
  return settings;
}

function reportUnknown(
  { name, place }: XmlAttribute,
  parent: string,
  known: readonly string[],
  problems: ProblemList,
): void {
  if (name === "xmlns" || name.startsWith("xmlns:") || LOCKS.has(name)) return;
  if (name.startsWith("xdt:")) {
    const right = "transforms act when publishing: publish again or remove it";
    return problems.error(place, `Leftover transform ${quoted(name)} in ${parent}; ${right}`);
  }
  const refused = Object.hasOwn(REFUSED, name) ? REFUSED[name] : undefined;
  if (refused) return problems.error(place, `Cannot use "${name}" in ${parent}; ${refused}`);
  const what = unknownName("attribute", name, parent);
  problems.error(place, () => `${what}; ${nearOrAll(name, known)}`);
}

function warnIfIdle(
  { name, place }: XmlAttribute,
  schema: AttributeSchema,
  value: unknown,
  problems: ProblemList,
): void {
  const idle = noEffect(schema.support);
  if (idle && String(value) !== String(schema.default)) {
    problems.warning(place, `"${name}" ${idle}`);
  }
}

function readContents(
  element: XmlElement,
  schema: ElementSchema,
  problems: ProblemList,
): Pick<ElementEdit, "children" | "steps"> {
  const children: Record<string, ElementEdit> = {};
  const steps: Step[] = [];
  const known = schema.children ?? {};
  for (const child of element.children) {
    const childSchema = Object.hasOwn(known, child.name) ? known[child.name] : undefined;
    const step = schema.collection && readStep(child, schema.collection, problems);
    if (step) {
      steps.push(step);
    } else if (!childSchema) {
      const all = [...Object.keys(known), ...stepNames(schema.collection)];
      const what = unknownName("element", child.name, element.name);
      problems.error(child.place, () => `${what}; ${nearOrAll(child.name, all)}`);
    } else if (Object.hasOwn(children, child.name)) {
      const first = children[child.name]?.place.line;
      const what = `Second ${child.name} in ${element.name}, the first is on line ${first}`;
      problems.error(child.place, `${what}; put everything into one`);
    } else {
      children[child.name] = readEdit(child, childSchema, problems);
    }
  }
  return { children, steps };
}

function stepNames(collection: CollectionSchema | undefined): string[] {
  return [collection?.add, collection?.remove, collection?.clear]
    .filter((name) => name !== undefined);
}

function readStep(
  element: XmlElement,
  collection: CollectionSchema,
  problems: ProblemList,
): Step | undefined {
  switch (element.name) {
    case collection.add:
      return { kind: "add", item: readEdit(element, collection.item, problems) };
    case collection.remove:
      return { kind: "remove", item: readEdit(element, removal(collection), problems) };
    case collection.clear:
      readEdit(element, { doc: "" }, problems);
      return { kind: "clear" };
    default:
      return undefined;
  }
}

/** A `<remove>` takes the attributes of the key and no others. */
function removal({ item, key }: CollectionSchema): ElementSchema {
  const attributes = Object.entries(item.attributes ?? {}).filter(([name]) => key.includes(name));
  return { doc: "", attributes: Object.fromEntries(attributes) };
}
