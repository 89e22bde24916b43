import type { SectionElement } from "../../config/mod.ts";
import { valuesOf } from "../../config/section.ts";
import type { Clock } from "../../contract/clock.ts";
import {
  abortAction,
  customResponseAction,
  redirectAction,
  rewriteAction,
  type UrlAction,
} from "./_actions.ts";
import type { PatternSettings, RuleCompiler } from "./_compiler.ts";
import type { Rule, RuleStep } from "./_rule.ts";
import { setVariable, variableTarget } from "./_set_variable.ts";
import { ACTION, MATCH, RULE } from "./rules_schema.ts";

const SET = RULE.children.serverVariables.collection.item;

/** What an inbound rule is compiled with. */
export interface InboundRuleOptions {
  readonly compiler: RuleCompiler;
  readonly clock: Clock;
  /** Path of the place that holds the rule, without a slash at its end; empty for the whole site. */
  readonly folder: string;
  /** Names in upper case of the server variables that rules may set under IIS. */
  readonly allowed: ReadonlySet<string>;
}

/** Compiles an inbound rule; undefined for one that is off, and where a problem was reported. */
export function inboundRule(
  element: SectionElement,
  options: InboundRuleOptions,
): Rule | undefined {
  const { compiler, folder } = options;
  const { enabled, patternSyntax: syntax, stopProcessing: isLast } = valuesOf(RULE, element);
  const { match, conditions, serverVariables, action } = element.children;
  if (!enabled) return undefined;
  const sets = (serverVariables?.items ?? []).map((item) => setStep(item, options));
  const step = action && actionStep(action, options);
  const steps = [...sets, step];
  const settings = match && valuesOf(MATCH, match);
  const rule = {
    folder: folder.toLowerCase(),
    isNegated: settings?.negate ?? false,
    conditions: compiler.conditions(conditions, syntax),
    steps: steps.filter((one) => one !== undefined),
    isLast,
  };
  // A rule without `match` takes every URL; it has no `url` then.
  if (!match || settings?.url === undefined) return rule;
  const forMatch: PatternSettings = { syntax, ignoreCase: settings.ignoreCase };
  const pattern = compiler.pattern(match, "url", forMatch);
  return pattern && { ...rule, match: pattern };
}

/** Gives the names, in upper case, of the server variables that rules set. */
export function variablesSet(rules: readonly SectionElement[]): ReadonlySet<string> {
  const sets = rules.flatMap(({ children }) => children.serverVariables?.items ?? []);
  return new Set(sets.map(({ settings }) => String(settings.name?.value ?? "").toUpperCase()));
}

function setStep(
  item: SectionElement,
  { compiler, allowed }: InboundRuleOptions,
): RuleStep | undefined {
  const { name: written = "", replace: replaces } = valuesOf(SET, item);
  const name = written.trim().toUpperCase();
  const place = item.settings.name?.place ?? item.place;
  const value = compiler.expression(item, "value");
  const target = variableTarget(name);
  if (target.kind === "framing") {
    const what = `Server variable "${name}" cannot be set: the host frames messages itself`;
    compiler.warning(place, `${what}; remove it`);
    return undefined;
  }
  if (!allowed.has(name)) {
    const what = `Server variable "${name}" is not among rewrite/allowedServerVariables`;
    compiler.warning(
      place,
      `${what}: it is set here, but under IIS the request would fail; add it there`,
    );
  }
  return value && setVariable({ name, target, value, replaces });
}

function actionStep(element: SectionElement, options: InboundRuleOptions): RuleStep | undefined {
  const { compiler, clock, folder } = options;
  const { type, appendQueryString: appendsQuery, redirectType, logRewrittenUrl, statusCode } =
    valuesOf(
      ACTION,
      element,
    );
  if (type === "AbortRequest") return abortAction;
  if (type === "CustomResponse") return customStep(element, statusCode, options);
  if (type === "None") return undefined;
  const url = compiler.expression(element, "url");
  if (!url) return undefined;
  const place = element.settings.url?.place ?? element.place;
  const written = String(element.settings.url?.value ?? "");
  if (written !== written.trim()) {
    return void compiler.error(place, 'Spaces around the value of "url"; remove them', 19);
  }
  const action: UrlAction = { url, folder, appendsQuery };
  if (type === "Redirect") return redirectAction(action, REDIRECT_STATUS[redirectType], clock);
  if (/^[a-z][a-z0-9+.-]*:\/\/./i.test(url.lead)) {
    const what = `Cannot rewrite to "${url.lead}", another host: this one is no proxy for others`;
    return void compiler.error(place, `${what}; redirect, or give a path of this site`);
  }
  return rewriteAction(action, logRewrittenUrl);
}

const REDIRECT_STATUS = {
  Permanent: 301,
  Found: 302,
  SeeOther: 303,
  Temporary: 307,
  301: 301,
  302: 302,
  303: 303,
  307: 307,
} as const;

function customStep(
  element: SectionElement,
  status: number | undefined,
  { compiler, clock }: InboundRuleOptions,
): RuleStep | undefined {
  const place = element.settings.statusCode?.place ?? element.place;
  if (status === undefined) {
    const what = 'Missing attribute "statusCode" in action for a CustomResponse';
    return void compiler.error(place, `${what}; add it`, 19);
  }
  if (status >= 300 && status <= 307) {
    const what = `Invalid "statusCode" in action: a CustomResponse cannot have ${status}`;
    return void compiler.error(place, `${what}; use a Redirect, or another status`, 19);
  }
  const reason = compiler.expression(element, "statusReason");
  const description = compiler.expression(element, "statusDescription");
  if (!reason || !description) return undefined;
  const subStatus = Number(element.settings.subStatusCode?.value ?? 0);
  return customResponseAction({ status, subStatus, reason, description }, clock);
}
