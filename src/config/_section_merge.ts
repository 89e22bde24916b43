import type { ElementEdit } from "./_section_edit.ts";
import { type ProblemList, quoted, whereFrom } from "./problem.ts";
import type { CollectionSchema, ElementSchema } from "./schema.ts";
import { defaultElement, type SectionElement } from "./section.ts";

/**
 * Applies what one file says to what it inherits: attribute by attribute, child by child,
 * collections by add, remove and clear in the order of the file.
 *
 * @see ANCM H-8, IIS M-CF-30 … M-CF-36
 */
export function mergeEdit(
  inherited: SectionElement,
  edit: ElementEdit,
  schema: ElementSchema,
  problems: ProblemList,
): SectionElement {
  const children = { ...inherited.children };
  for (const [name, childEdit] of Object.entries(edit.children)) {
    const childSchema = schema.children?.[name];
    const child = inherited.children[name];
    if (childSchema && child) children[name] = mergeEdit(child, childEdit, childSchema, problems);
  }
  return {
    place: edit.place,
    settings: { ...inherited.settings, ...edit.settings },
    children,
    items: schema.collection
      ? mergeItems(inherited.items, edit, schema.collection, problems)
      : inherited.items,
  };
}

/** Items by key in order; where duplicates are kept, each has a key of its own. */
type Items = Map<unknown, SectionElement>;

function mergeItems(
  inherited: readonly SectionElement[],
  edit: ElementEdit,
  collection: CollectionSchema,
  problems: ProblemList,
): readonly SectionElement[] {
  if (edit.steps.length === 0) return inherited;
  const above: Items = new Map(inherited.map((item) => [keyOf(item, collection), item]));
  const own: Items = new Map();
  for (const step of edit.steps) {
    if (step.kind === "clear") {
      above.clear();
      own.clear();
      continue;
    }
    const item = mergeEdit(defaultElement(collection.item), step.item, collection.item, problems);
    const key = keyOf(item, collection);
    const there = own.get(key) ?? above.get(key);
    if (step.kind === "remove") {
      above.delete(key); // one that is not there is no mistake: M-CF-31
      own.delete(key);
    } else if (there && !there.isAssumed) reportDuplicate(item, there, collection, problems);
    else {
      above.delete(key);
      own.set(key, item);
    }
  }
  return collection.position === "prepend"
    ? [...own.values(), ...above.values()]
    : [...above.values(), ...own.values()];
}

/** Keys of items, which every place that inherits them asks for again. */
const keys = new WeakMap<SectionElement, string>();

function keyOf(item: SectionElement, collection: CollectionSchema): unknown {
  if (collection.duplicates === "kept") return item;
  const key = keys.get(item) ?? makeKey(item, collection);
  keys.set(item, key);
  return key;
}

function makeKey(item: SectionElement, collection: CollectionSchema): string {
  return JSON.stringify(collection.key.map((name) => {
    const attribute = collection.item.attributes?.[name];
    const text = String(item.settings[name]?.value ?? "");
    return attribute?.type === "string" && attribute.caseSensitive ? text : text.toLowerCase();
  }));
}

function reportDuplicate(
  item: SectionElement,
  there: SectionElement,
  { add, remove, key, item: itemSchema }: CollectionSchema,
  problems: ProblemList,
): void {
  const isIncomplete = key.some((name) =>
    itemSchema.attributes?.[name]?.required && item.settings[name] === undefined
  );
  if (item.place === undefined || isIncomplete) return; // reported as missing already
  const named = key.map((name) => `${name}=${quoted(String(item.settings[name]?.value ?? ""))}`);
  const where = there.place
    ? `is already there, from ${whereFrom(item.place, there.place)}`
    : "is built in";
  const cure = remove
    ? `remove one, or write <${remove} ${named.join(" ")}/> before it`
    : "remove one";
  problems.error(item.place, `Duplicate ${add} ${named.join(" ")}, it ${where}; ${cure}`);
}
