import type { Captures, Pattern, TextPattern } from "../patterns/pattern.ts";
import { MAX_PATTERN_INPUT } from "../patterns/pattern.ts";
import { type Conditions, hold } from "./_conditions.ts";
import type { Expression } from "./_expression.ts";
import { fieldText, fieldValue } from "./_field_text.ts";
import { replaceAttributes, type TagFilter } from "./_html_tags.ts";
import { NO_CAPTURES, type RewriteScope } from "./_scope.ts";

/** What all outbound rules have. */
interface AnyOutboundRule {
  /** What an answer has to be. */
  readonly preCondition: Conditions;
  readonly conditions: Conditions;
  /** What is put in the place of what was matched; absent where the rule does nothing. */
  readonly value: Expression | undefined;
  /** Whether no later rule is looked at once this one has fired. */
  readonly isLast: boolean;
}

/** A rule that changes a field of the answer. */
export interface FieldRule extends AnyOutboundRule {
  readonly kind: "field";
  readonly field: string;
  readonly pattern: Pattern;
  readonly isNegated: boolean;
  /** Whether a field that is there is changed. */
  readonly replaces: boolean;
}

/** A rule that changes URLs in HTML. */
export interface TagRule extends AnyOutboundRule {
  readonly kind: "tags";
  readonly tags: TagFilter;
  readonly pattern: Pattern;
  readonly isNegated: boolean;
  /** 0 is no limit. */
  readonly occurrences: number;
}

/** A rule that changes a whole content. */
export interface TextRule extends AnyOutboundRule {
  readonly kind: "text";
  readonly pattern: TextPattern;
  /** 0 is no limit. */
  readonly occurrences: number;
}

/** An outbound rule, compiled. */
export type OutboundRule = FieldRule | TagRule | TextRule;

/** A rule that needs the content of the answer. */
export type ContentRule = TagRule | TextRule;

/** Tells whether an answer is one that a rule acts on. */
export function concerns(rule: OutboundRule, scope: RewriteScope): boolean {
  scope.matched = scope.conditions = NO_CAPTURES;
  return hold(rule.preCondition, scope) === true;
}

/**
 * Changes a field of the answer in the scope. Tells whether the rule has fired.
 *
 * @see IIS M-RW-80, M-RW-81
 */
export function changeField(rule: FieldRule, scope: RewriteScope): boolean {
  const { response } = scope;
  if (!response) return false;
  const { field, value, replaces } = rule;
  const values = response.fields.getAll(field);
  let hasFired = false;
  const changed = (values.length === 0 ? [""] : values).map((written) => {
    if (!fires(rule, fieldText(written), scope)) return written;
    hasFired = true;
    if (!value || (!replaces && written !== "")) return written;
    return fieldValue(field, value.text(scope));
  });
  if (!hasFired || !value) return hasFired;
  const [first = "", ...others] = changed.filter((text) => text !== "");
  let fields = first === "" ? response.fields.without([field]) : response.fields.with(field, first);
  for (const other of others) fields = fields.appended(field, other);
  scope.response = { ...response, fields };
  return true;
}

/**
 * Gives a content as a rule changes it, or the same where it did not fire.
 *
 * @see IIS M-RW-82, M-RW-83
 */
export function changeContent(rule: ContentRule, text: string, scope: RewriteScope): string {
  return rule.kind === "tags" ? changeTags(rule, text, scope) : changeText(rule, text, scope);
}

function changeTags(rule: TagRule, text: string, scope: RewriteScope): string {
  let left = rule.occurrences || Infinity;
  return replaceAttributes(text, rule.tags, (written) => {
    if (left === 0 || written.length > MAX_PATTERN_INPUT || !fires(rule, written, scope)) {
      return written;
    }
    left--;
    if (!rule.value) return written;
    const [whole = written] = Array.from(scope.matched);
    const at = rule.isNegated ? 0 : Math.max(0, written.indexOf(whole));
    const end = rule.isNegated ? written.length : at + whole.length;
    return written.slice(0, at) + rule.value.text(scope) + written.slice(end);
  });
}

function changeText(rule: TextRule, text: string, scope: RewriteScope): string {
  const { pattern, value, occurrences, conditions } = rule;
  let left = occurrences || Infinity;
  let done = "";
  let copied = 0;
  let from = 0;
  while (left > 0 && from <= text.length) {
    const found = pattern.find(text, from);
    if (!found) break;
    const end = found.index + (found.captures[0]?.length ?? 0);
    // A match of nothing must not be found again.
    from = end === found.index ? end + 1 : end;
    if (!holds(conditions, found.captures, scope)) continue;
    left--;
    if (!value) continue;
    done += text.slice(copied, found.index) + value.text(scope);
    copied = end;
  }
  return copied === 0 && done === "" ? text : done + text.slice(copied);
}

function fires(
  { pattern, isNegated, conditions }: FieldRule | TagRule,
  text: string,
  scope: RewriteScope,
): boolean {
  const captures = pattern.match(text);
  if ((captures === null) !== isNegated) return false;
  return holds(conditions, captures ?? NO_CAPTURES, scope);
}

/** Conditions of outbound rules look at no file, so that nothing has to be waited for. */
function holds(conditions: Conditions, captures: Captures, scope: RewriteScope): boolean {
  scope.matched = captures;
  scope.conditions = NO_CAPTURES;
  return hold(conditions, scope) === true;
}
