import type { HandlerMapping } from "./app_config.ts";
import { HANDLERS } from "./handlers_schema.ts";
import { type Place, type ProblemList, quoted } from "./problem.ts";
import type { ElementSchema } from "./schema.ts";
import { type SectionElement, valuesOf } from "./section.ts";

/** The names of the backend's module; both mean the same. @see IIS M-HD-4 */
export const ASP_NET_CORE_MODULES: readonly string[] = ["AspNetCoreModuleV2", "AspNetCoreModule"];

const ITEM = HANDLERS.collection.item satisfies ElementSchema;

/**
 * Makes the function that turns an effective `handlers` section into mappings in the order they are
 * tried. Built-in ones are left out where the host lacks their module, those of a file are kept: their
 * requests get 500.21. What several places share is judged once.
 *
 * @param modules the IIS modules the host has beside the backend's
 * @see ANCM H-2, IIS M-HD-1, M-HD-2, M-HD-3
 */
export function handlersBuilder(
  modules: readonly string[],
  problems: ProblemList,
): (section: SectionElement) => HandlerMapping[] {
  const known = new Set([...ASP_NET_CORE_MODULES, ...modules]);
  const built = new Map<SectionElement, HandlerMapping | undefined>();
  const build = (item: SectionElement) => {
    const mapping = readMapping(item);
    const isKnown = mapping?.modules.some((module) => known.has(module)) ?? false;
    if (mapping && item.place) judgeMapping(mapping, isKnown, item, problems);
    return isKnown || item.place ? mapping : undefined;
  };
  return (section) => {
    const policy = new Set<string>(valuesOf(HANDLERS, section).accessPolicy);
    return section.items.flatMap((item) => {
      if (!built.has(item)) built.set(item, build(item));
      const mapping = built.get(item);
      if (!mapping) return [];
      const denied = deniedAccess(valuesOf(ITEM, item).requireAccess, policy);
      return denied ? { ...mapping, denied } : mapping;
    });
  };
}

/** Gives the access that a handler needs and a policy does not grant. @see IIS section 4.4 */
function deniedAccess(needed: string, policy: ReadonlySet<string>): HandlerMapping["denied"] {
  if (needed === "None" || policy.has(needed)) return undefined;
  if (needed === "Read") return "read";
  if (needed === "Write") return "write";
  return needed === "Script" && policy.has("Execute") ? undefined : "execute";
}

/** Tells whether a mapping hands its requests to the backend. */
export function isAspNetCore(mapping: HandlerMapping): boolean {
  return mapping.modules.some((module) => ASP_NET_CORE_MODULES.includes(module));
}

/** Gives undefined for one that can never be used, or that was reported as incomplete. */
function readMapping(item: SectionElement): HandlerMapping | undefined {
  const values = valuesOf(ITEM, item);
  const { name, path, verb, resourceType, preCondition } = values;
  if (name === undefined || path === undefined || verb === undefined) return undefined;
  if (listed(preCondition).some(cannotHold)) return undefined;
  return { name, path, verb, modules: listed(values.modules), resourceType };
}

/** This host is 64 bits, native and integrated. @see IIS M-HD-2 */
function cannotHold(condition: string): boolean {
  return /^(?:classicMode|bitness32|runtimeVersion.*)$/i.test(condition);
}

function listed(text: string): string[] {
  return text.split(",").map((part) => part.trim()).filter((part) => part !== "");
}

function judgeMapping(
  { name, path, modules }: HandlerMapping,
  isKnown: boolean,
  item: SectionElement,
  problems: ProblemList,
): void {
  const place = (attribute: string): Place =>
    item.settings[attribute]?.place ?? item.place ?? { file: "" };
  if (!isKnown) {
    const what = `Handler ${quoted(name)} names the module ${quoted(modules.join(","))}, ` +
      "which the host does not have: its requests are answered with 500.21";
    problems.warning(place("modules"), `${what}; remove it, or write "AspNetCoreModuleV2"`);
  }
  if (path.includes(",")) {
    const what = `Handler ${quoted(name)} has a comma in its path, which is one pattern`;
    problems.warning(place("path"), `${what}; add one handler for each pattern`);
  }
}
