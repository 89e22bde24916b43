import type { Place } from "./problem.ts";
import type {
  AttributeSchema,
  AttributeValue,
  CollectionSchema,
  ElementSchema,
  ValuesOf,
} from "./schema.ts";
import { readValue } from "./values.ts";

/** The value of an attribute and where it was written; a default has no place. */
export interface Setting {
  /** Read as its schema says. */
  readonly value: AttributeValue;
  /** Absent for a default. */
  readonly place?: Place;
}

/** An element as all places of the configuration together say it: defaults filled in, collections merged. */
export interface SectionElement {
  /** Where it was written last; absent where only defaults speak. */
  readonly place?: Place;
  /** By attribute name; one without value and default is absent. */
  readonly settings: Readonly<Record<string, Setting>>;
  /** By element name; every child of the schema is there. */
  readonly children: Readonly<Record<string, SectionElement>>;
  /** In effective order. */
  readonly items: readonly SectionElement[];
  /** Whether an item is there only until one of its key is added. */
  readonly isAssumed?: true;
}

/** Gives the attributes of an element, typed by the schema it was read with. */
export function valuesOf<E extends ElementSchema>(
  _schema: E,
  element: SectionElement,
): ValuesOf<E> {
  const values = Object.entries(element.settings).map(([name, { value }]) => [name, value]);
  return Object.fromEntries(values);
}

/** Gives the element that a schema describes where no file says anything. */
export function defaultElement(schema: ElementSchema): SectionElement {
  const children = Object.entries(schema.children ?? {})
    .map(([name, child]) => [name, defaultElement(child)]);
  const { item, builtIn = [], assumed = [] }: Partial<CollectionSchema> = schema.collection ?? {};
  const items = [
    ...builtIn.map((texts) => builtInItem(item, texts)),
    ...assumed.map((texts) => ({ ...builtInItem(item, texts), isAssumed: true } as const)),
  ];
  return {
    settings: defaultSettings(schema.attributes),
    children: Object.fromEntries(children),
    items,
  };
}

/** Gives the settings that are there without being written. */
export function defaultSettings(
  attributes: Readonly<Record<string, AttributeSchema>> = {},
): Record<string, Setting> {
  const settings: Record<string, Setting> = {};
  for (const [name, attribute] of Object.entries(attributes)) {
    if (attribute.default !== undefined) settings[name] = { value: attribute.default };
  }
  return settings;
}

function builtInItem(
  schema: ElementSchema | undefined,
  texts: Readonly<Record<string, string>>,
): SectionElement {
  const element = defaultElement(schema ?? { doc: "" });
  const settings = { ...element.settings };
  for (const [name, text] of Object.entries(texts)) {
    const attribute = schema?.attributes?.[name];
    const reading = attribute && readValue(attribute, text);
    if (reading && "value" in reading) settings[name] = { value: reading.value };
  }
  return { ...element, settings };
}
