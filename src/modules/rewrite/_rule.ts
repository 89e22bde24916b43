import type { Awaitable, Reply } from "../../contract/exchange.ts";
import type { Pattern } from "../patterns/pattern.ts";
import { type Conditions, hold } from "./_conditions.ts";
import { NO_CAPTURES, type RewriteScope } from "./_scope.ts";

/** What a rule does once it has fired; a reply ends the request. */
export type RuleStep = (scope: RewriteScope) => Reply | void;

/** An inbound rule, compiled. */
export interface Rule {
  /** Path of the place that holds it, in lower case, without a slash at its end; empty for the whole site. */
  readonly folder: string;
  /** Absent where every URL fits. */
  readonly match?: Pattern;
  readonly isNegated: boolean;
  readonly conditions: Conditions;
  /** Server variables, then the action. */
  readonly steps: readonly RuleStep[];
  /** Whether no rule follows once this one has fired. */
  readonly isLast: boolean;
}

/**
 * Passes through the rules once, each with the URL that those before it have left. A promise only where a rule looks
 * for a file.
 *
 * @see IIS M-RW-7, M-RW-8
 */
export function walk(
  rules: readonly Rule[],
  scope: RewriteScope,
  from = 0,
): Awaitable<Reply | void> {
  for (let i = from; i < rules.length; i++) {
    const rule = rules[i]!;
    const fired = fires(rule, scope);
    if (typeof fired !== "boolean") {
      return fired.then((yes) => {
        const reply = yes ? act(rule, scope) : undefined;
        return reply || (yes && rule.isLast) ? reply : walk(rules, scope, i + 1);
      });
    }
    if (!fired) continue;
    const reply = act(rule, scope);
    if (reply || rule.isLast) return reply;
  }
}

function fires(rule: Rule, scope: RewriteScope): Awaitable<boolean> {
  const input = pathBelowFolder(scope.url.path, rule.folder);
  if (input === undefined) return false;
  if (rule.match) {
    const captures = rule.match.match(input);
    if ((captures === null) !== rule.isNegated) return false;
    scope.matched = captures ?? NO_CAPTURES;
  } else {
    scope.matched = [input];
  }
  scope.conditions = NO_CAPTURES;
  return hold(rule.conditions, scope);
}

function act({ steps }: Rule, scope: RewriteScope): Reply | void {
  for (const step of steps) {
    const reply = step(scope);
    if (reply) return reply;
  }
}

/**
 * Gives the part of a path below a folder, without the slash at its beginning; undefined for a path elsewhere.
 *
 * @see IIS M-RW-1
 */
function pathBelowFolder(path: string, folder: string): string | undefined {
  if (folder === "") return path.slice(1);
  if (!path.toLowerCase().startsWith(folder)) return undefined;
  if (path.length === folder.length) return "";
  return path[folder.length] === "/" ? path.slice(folder.length + 1) : undefined;
}
