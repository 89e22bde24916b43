import type { SectionElement } from "../../config/mod.ts";
import { valuesOf } from "../../config/section.ts";
import type { PatternSyntax } from "../patterns/compile.ts";
import type { RuleCompiler } from "./_compiler.ts";
import type { Conditions } from "./_conditions.ts";
import { fieldName } from "./_field_text.ts";
import type { TagFilter } from "./_html_tags.ts";
import type { OutboundRule } from "./_outbound_rule.ts";
import { variableTarget } from "./_set_variable.ts";
import {
  OUTBOUND_ACTION,
  OUTBOUND_MATCH,
  OUTBOUND_RULE,
  OUTBOUND_RULES,
  PRECONDITION,
  TAG_ATTRIBUTES,
} from "./outbound_schema.ts";

const NO_CONDITIONS: Conditions = { all: [], isAny: false, tracksAll: false };

/** Compiles the outbound rules of a place; what is wrong with them is reported. */
export function outboundRules(section: SectionElement, compiler: RuleCompiler): OutboundRule[] {
  return section.items.map((element) => outboundRule(element, section, compiler))
    .filter((rule) => rule !== undefined);
}

function outboundRule(
  element: SectionElement,
  section: SectionElement,
  compiler: RuleCompiler,
): OutboundRule | undefined {
  const { enabled, patternSyntax: syntax, stopProcessing: isLast } = valuesOf(
    OUTBOUND_RULE,
    element,
  );
  const { match, conditions, action } = element.children;
  if (!enabled || !match || !action) return undefined;
  const preCondition = preConditionOf(element, section, compiler);
  const { type, replace: replaces } = valuesOf(OUTBOUND_ACTION, action);
  const value = type === "Rewrite" ? compiler.expression(action, "value") : undefined;
  if (!preCondition || (type === "Rewrite" && !value)) return undefined;
  const compiled = compiler.conditions(conditions, syntax);
  if (compiled.all.some(({ kind }) => kind !== "Pattern")) {
    const what = "Outbound rules cannot look for files";
    return void compiler.error(conditions?.place, `${what}; remove IsFile and IsDirectory`);
  }
  const rule = { preCondition, conditions: compiled, value, isLast };
  const { serverVariable, ignoreCase, negate: isNegated, occurrences } = valuesOf(
    OUTBOUND_MATCH,
    match,
  );
  const settings = { syntax, ignoreCase };
  if (serverVariable !== "") {
    const field = fieldOf(match, serverVariable, compiler);
    const pattern = compiler.pattern(match, "pattern", settings);
    if (!field || !pattern) return undefined;
    return { ...rule, kind: "field", field, pattern, isNegated, replaces };
  }
  const tags = tagsOf(match, section, compiler);
  if (!tags) return undefined;
  if (tags.size > 0) {
    const pattern = compiler.pattern(match, "pattern", settings);
    return pattern && { ...rule, kind: "tags", tags, pattern, isNegated, occurrences };
  }
  if (!isTextRule(match, syntax, isNegated, compiler)) return undefined;
  const pattern = compiler.textPattern(match, "pattern", settings);
  return pattern && { ...rule, kind: "text", pattern, occurrences };
}

function preConditionOf(
  element: SectionElement,
  section: SectionElement,
  compiler: RuleCompiler,
): Conditions | undefined {
  const { preCondition: name } = valuesOf(OUTBOUND_RULE, element);
  if (name === "") return NO_CONDITIONS;
  const known = section.children.preConditions?.items ?? [];
  const found = known.find((one) =>
    valuesOf(PRECONDITION, one).name?.toLowerCase() === name.toLowerCase()
  );
  if (!found) {
    const what = `Unknown preCondition "${name}"`;
    const place = element.settings.preCondition?.place ?? element.place;
    return void compiler.error(place, `${what}; add it to preConditions, or correct its name`);
  }
  const { logicalGrouping, patternSyntax } = valuesOf(PRECONDITION, found);
  return compiler.preCondition(found, logicalGrouping === "MatchAny", patternSyntax);
}

function fieldOf(
  match: SectionElement,
  variable: string,
  compiler: RuleCompiler,
): string | undefined {
  const place = match.settings.serverVariable?.place ?? match.place;
  const name = variable.trim().toUpperCase();
  const target = variableTarget(name);
  if (target.kind === "response-field" && name !== "RESPONSE_STATUS") {
    return fieldName(variable.trim().slice("RESPONSE_".length));
  }
  if (target.kind === "framing") {
    const what = `Server variable "${variable}" cannot be set: the host frames messages itself`;
    return void compiler.warning(place, `${what}; remove the rule`);
  }
  const right = "write RESPONSE_ and the name of a field, with _ in the place of -";
  return void compiler.error(place, `Outbound rules cannot set "${variable}"; ${right}`);
}

/** Gives the tags a rule looks at, none where it looks at the whole content; undefined after a problem. */
function tagsOf(
  match: SectionElement,
  section: SectionElement,
  compiler: RuleCompiler,
): TagFilter | undefined {
  const { filterByTags, customTags: name } = valuesOf(OUTBOUND_MATCH, match);
  const tags = new Map<string, Set<string>>();
  const add = (tag: string, attribute: string) => {
    const key = tag.toLowerCase();
    tags.set(key, (tags.get(key) ?? new Set()).add(attribute.toLowerCase()));
  };
  for (const flag of filterByTags) {
    for (const attribute of TAG_ATTRIBUTES[flag] ?? []) add(flag, attribute);
  }
  if (!filterByTags.includes("CustomTags")) return tags;
  const lists = section.children.customTags?.items ?? [];
  const list = lists.find(({ settings }) =>
    String(settings.name?.value ?? "").toLowerCase() === name.toLowerCase()
  );
  for (const { settings } of list?.items ?? []) {
    add(String(settings.name?.value ?? ""), String(settings.attribute?.value ?? ""));
  }
  if (list) return tags;
  const place = match.settings.customTags?.place ?? match.place;
  const what = `Unknown customTags "${name}"`;
  return void compiler.error(
    place,
    `${what}; add <tags name="…"> of that name to ${OUTBOUND_RULES.name}/customTags`,
  );
}

function isTextRule(
  match: SectionElement,
  syntax: PatternSyntax,
  isNegated: boolean,
  compiler: RuleCompiler,
): boolean {
  if (syntax === "Wildcard") {
    const what = "A wildcard cannot be looked for in a whole content";
    compiler.error(
      match.place,
      `${what}; write filterByTags or serverVariable, or another patternSyntax`,
    );
    return false;
  }
  if (match.settings.pattern?.value === "" || isNegated) {
    const what = "A rule for a whole content needs a pattern that is looked for, without negate";
    compiler.error(match.place, `${what}; write one, or filterByTags or serverVariable`);
    return false;
  }
  return true;
}
