import { HOST_MODULES, MODULES, UNLOCKED_MODULES } from "./modules_schema.ts";
import { nearest } from "./_near.ts";
import { type Place, type ProblemList, quoted } from "./problem.ts";
import { type SectionElement, valuesOf } from "./section.ts";

const ITEM = MODULES.collection.item;

/**
 * Gives the modules of the host that the `modules` section takes away, and warns of those it adds in vain.
 *
 * @param isStrict whether taking away what IIS locks is a mistake
 * @see IIS M-MO-2 … M-MO-4
 */
export function readModules(
  section: SectionElement,
  problems: ProblemList,
  isStrict: boolean,
): readonly string[] {
  const active = new Set<string>();
  for (const item of section.items) {
    const { name, type } = valuesOf(ITEM, item);
    if (name === undefined) continue; // reported as missing
    if (type === "") active.add(name);
    if (type === "" && item.place) warnIfUnknown(name, item.place, problems);
  }
  const removed = HOST_MODULES.filter((name) => !active.has(name));
  const locked = removed.find((name) => !UNLOCKED_MODULES.has(name));
  if (isStrict && locked !== undefined && section.place) {
    const what = `Module ${quoted(locked)} is taken away, which IIS locks (0x80070021)`;
    problems.error(section.place, `${what}; unlock it there, keep it, or do without --strict-iis`);
  }
  return removed;
}

function warnIfUnknown(name: string, place: Place, problems: ProblemList): void {
  if (HOST_MODULES.includes(name)) return;
  const near = nearest(name, HOST_MODULES);
  const what = `Module ${quoted(name)} has no effect, the host does not have it`;
  problems.warning(
    place,
    `${what}; ${near ? `write "${near}"` : "remove it, or leave it for IIS"}`,
  );
}
