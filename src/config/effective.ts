import type { Place } from "./problem.ts";
import type { AttributeSchema, AttributeValue, ElementSchema, SectionSchema } from "./schema.ts";
import type { SectionElement, Setting } from "./section.ts";
import { formatTimeSpan } from "./values.ts";

/** The sections in effect, place by place, with what reads them. */
export interface EffectiveConfig {
  /** In the order they are shown. */
  readonly schemas: readonly SectionSchema[];
  /** The application first, then deeper places. */
  readonly locations: readonly {
    readonly path: string;
    readonly sections: Readonly<Record<string, SectionElement>>;
  }[];
}

/** A setting in effect, fit to be shown. */
export interface ShownSetting {
  /** Of the attribute, as web.config spells it. */
  readonly name: string;
  /** As web.config would have it; `***` for a secret. */
  readonly value: string;
  /** `web.config:7:20`, or `built-in`. */
  readonly origin: string;
  /** Whether nobody wrote it and it is what every such element has. */
  readonly isDefault?: true;
}

/** An element in effect, fit to be shown. */
export interface ShownElement {
  /** As web.config spells it. */
  readonly name: string;
  /** Of a whole item: where it was added, or `built-in`. Absent for what is no item. */
  readonly origin?: string;
  /** Its attributes. */
  readonly settings: readonly ShownSetting[];
  /** Children and items, in effective order. */
  readonly elements: readonly ShownElement[];
}

/** What is in effect at one place. */
export interface ShownLocation {
  /** Below the application; empty for the application itself. */
  readonly path: string;
  /** Those that differ from the place above; of the application: all. */
  readonly sections: readonly ShownElement[];
}

/** Makes what is in effect fit to be shown: every value with its origin, secrets masked. */
export function shownConfig({ schemas, locations }: EffectiveConfig): ShownLocation[] {
  const shown: ShownLocation[] = [];
  for (const { path, sections } of locations) {
    const differing = schemas.flatMap((schema) => {
      const section = sections[schema.name];
      const isInherited = path !== "" && isAbove(schema.name, section, path, locations);
      return section && !isInherited ? [shownElement(schema.name, section, schema)] : [];
    });
    shown.push({ path, sections: differing });
  }
  return shown;
}

/** Tells whether a section is that of the place above: what is inherited is the same element. */
function isAbove(
  name: string,
  section: SectionElement | undefined,
  path: string,
  locations: EffectiveConfig["locations"],
): boolean {
  const inside = path.toLowerCase();
  const above = locations.findLast((one) =>
    one.path === "" || inside.startsWith(`${one.path.toLowerCase()}/`)
  );
  return above?.sections[name] === section;
}

function shownElement(name: string, element: SectionElement, schema: ElementSchema): ShownElement {
  const children = Object.entries(schema.children ?? {}).flatMap(([child, childSchema]) => {
    const inner = element.children[child];
    return inner ? [shownElement(child, inner, childSchema)] : [];
  });
  const { collection } = schema;
  const items = collection
    ? element.items.map((item) => ({
      ...shownElement(collection.add, item, collection.item),
      origin: originOf(item.place),
    }))
    : [];
  return { name, settings: shownSettings(element, schema), elements: [...children, ...items] };
}

function shownSettings({ settings }: SectionElement, schema: ElementSchema): ShownSetting[] {
  return Object.entries(schema.attributes ?? {}).flatMap(([name, attribute]) => {
    const setting: Setting | undefined = settings[name];
    if (!setting) return [];
    const value = attribute.secret && setting.value !== ""
      ? "***"
      : shownValue(attribute, setting.value);
    const shown = { name, value, origin: originOf(setting.place) };
    const isDefault = !setting.place && setting.value === attribute.default;
    return [isDefault ? { ...shown, isDefault } : shown];
  });
}

function shownValue(attribute: AttributeSchema, value: AttributeValue): string {
  return attribute.type === "timeSpan" ? formatTimeSpan(Number(value)) : String(value);
}

function originOf(place: Place | undefined): string {
  if (!place) return "built-in";
  return [place.file, place.line, place.column].filter((part) => part !== undefined).join(":");
}
