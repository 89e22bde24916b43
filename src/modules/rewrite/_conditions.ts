import type { Awaitable } from "../../contract/exchange.ts";
import type { Captures, Pattern } from "../patterns/pattern.ts";
import type { Expression } from "./_expression.ts";
import type { RewriteScope } from "./_scope.ts";

/** Whether one condition holds. */
export type Condition = PatternCondition | PathCondition;

/** A pattern that has to fit, or not. */
export interface PatternCondition {
  readonly kind: "Pattern";
  readonly input: Expression;
  readonly pattern: Pattern;
  readonly isNegated: boolean;
}

/** Something that has to lie, or not, at a path of the file system. */
export interface PathCondition {
  readonly kind: "IsFile" | "IsDirectory";
  readonly path: Expression;
  readonly isNegated: boolean;
}

/** The conditions of a rule, compiled. */
export interface Conditions {
  readonly all: readonly Condition[];
  /** Whether one is enough. */
  readonly isAny: boolean;
  /** Whether captures of all of them are kept. */
  readonly tracksAll: boolean;
}

/** Whether a path is separated by backslashes where the host runs. */
const HAS_BACKSLASHES = Deno.build.os === "windows";

/**
 * Tells whether the conditions hold, and leaves what they captured in the scope. A promise only where a file is
 * looked for.
 *
 * @see IIS M-RW-21 … M-RW-26
 */
export function hold(
  conditions: Conditions,
  scope: RewriteScope,
  from = 0,
): Awaitable<boolean> {
  const { all, isAny } = conditions;
  for (let i = from; i < all.length; i++) {
    const condition = all[i]!;
    if (condition.kind === "Pattern") {
      if (fits(condition, scope, conditions) === isAny) return isAny;
      continue;
    }
    return lies(condition, scope).then((found) =>
      found === isAny ? isAny : hold(conditions, scope, i + 1)
    );
  }
  return all.length === 0 || !isAny;
}

/**
 * Puts the conditions that look for files behind the others: where they use no captures, nobody can tell the
 * difference but by the time it takes.
 */
export function cheapestFirst(conditions: Conditions): Conditions {
  if (conditions.isAny) return conditions;
  const patterns = conditions.all.filter(({ kind }) => kind === "Pattern");
  const paths = conditions.all.filter(({ kind }) => kind !== "Pattern");
  return { ...conditions, all: [...patterns, ...paths] };
}

function fits(
  { input, pattern, isNegated }: PatternCondition,
  scope: RewriteScope,
  { tracksAll }: Conditions,
): boolean {
  const captures = pattern.match(input.text(scope));
  if (isNegated) return captures === null; // M-RW-25: what was captured before stays
  if (captures === null) return false;
  const isFirst = scope.conditions.length === 0;
  if (!tracksAll || isFirst) {
    scope.conditions = captures;
    scope.isConditionDecoded = input.isDecoded;
  } else {
    scope.conditions = [...Array.from(scope.conditions), ...groupsOf(captures)];
    scope.isConditionDecoded &&= input.isDecoded;
  }
  return true;
}

async function lies(
  { kind, path, isNegated }: PathCondition,
  scope: RewriteScope,
): Promise<boolean> {
  const text = path.text(scope);
  const found = await scope.kindOf(HAS_BACKSLASHES ? text : text.replaceAll("\\", "/"));
  return (found === kind) !== isNegated;
}

function groupsOf(captures: Captures): (string | undefined)[] {
  return Array.from(captures).slice(1);
}
