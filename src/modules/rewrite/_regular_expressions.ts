import type { SectionElement } from "../../config/mod.ts";

/** Gives every regular expression of some rules or preconditions: what has to be judged before they are compiled. */
export function regularExpressions(rules: readonly SectionElement[]): string[] {
  return rules.filter(({ settings }) => settings.patternSyntax?.value === "ECMAScript")
    .flatMap(({ children, items }) => [
      ...patternsOf([children.match]),
      ...patternsOf(children.conditions?.items ?? []),
      ...patternsOf(items),
    ]);
}

function patternsOf(elements: readonly (SectionElement | undefined)[]): string[] {
  return elements.flatMap((element) => [element?.settings.url, element?.settings.pattern])
    .flatMap((setting) => setting ? [String(setting.value)] : []);
}
