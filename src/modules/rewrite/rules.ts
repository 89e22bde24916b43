import type { LocationConfig, SectionElement } from "../../config/mod.ts";
import { valuesOf } from "../../config/section.ts";
import type { Exchange, Reply } from "../../contract/exchange.ts";
import { HostError } from "../../contract/host_error.ts";
import type { Module } from "../../contract/module.ts";
import type { CompileParts, ModuleSource } from "../module_source.ts";
import { pathBelow, requestPath } from "../path_base.ts";
import { loadPatternEngines } from "../patterns/compile.ts";
import { withAnswerFields } from "./_answer_fields.ts";
import { RuleCompiler } from "./_compiler.ts";
import { inboundRule, variablesSet } from "./_inbound_rule.ts";
import { foundBehind, leaveBehind } from "./_left_behind.ts";
import { rewriteMaps } from "./_maps.ts";
import { regularExpressions } from "./_regular_expressions.ts";
import { type Rule, walk } from "./_rule.ts";
import { RewriteScope, type Site, targetOf } from "./_scope.ts";
import {
  ALLOWED_SERVER_VARIABLES,
  GLOBAL_RULES,
  PROVIDERS,
  REWRITE_MAPS,
  RULES,
} from "./rules_schema.ts";

/**
 * URL Rewrite on the way in. A rule belongs to the place where it is written; deeper places inherit it as it is.
 *
 * @see IIS section 6
 */
export const rewriteRules: ModuleSource = {
  name: "RewriteModule",
  sections: [RULES, GLOBAL_RULES, REWRITE_MAPS, ALLOWED_SERVER_VARIABLES, PROVIDERS],
  async prepare(locations) {
    const rules = locations.flatMap(({ sections }) => sections[RULES.name]?.items ?? []);
    await loadPatternEngines(regularExpressions(rules));
  },
  compile(location, parts) {
    warnOfIdleSections(location, parts);
    const elements = location.sections[RULES.name]?.items ?? [];
    if (elements.length === 0) return undefined;
    const rules = compiledRules(elements, location, parts);
    const variables = variablesSet(elements);
    const answers = Array.from(variables).some((name) => name.startsWith("RESPONSE_"));
    return rewriteModule(rules, parts, answers);
  },
};

/** Makes the module out of compiled rules. @param answers whether one of them sets a field of the answer */
function rewriteModule(rules: readonly Rule[], site: Site, answers: boolean): Module {
  const module: Module = {
    name: "RewriteModule",
    request(x) {
      if (x.request.target === "*") return;
      const scope = new RewriteScope(x, site);
      if (scope.url.isRaw) requestPath(x.request.target); // refuses what nobody can decode
      const reply = walk(rules, scope);
      return reply instanceof Promise
        ? reply.then((early) => finished(scope, early))
        : finished(scope, reply);
    },
  };
  return answers ? { ...module, response: answerWithFields } : module;
}

/** Hands on what the rules have made of the request. */
function finished(scope: RewriteScope, reply: Reply | void): Reply | void {
  const { x, site, fields, isRewritten } = scope;
  leaveBehind(scope);
  if (reply) return reply;
  if (!isRewritten) {
    if (fields !== x.request.fields) x.request = { ...x.request, fields };
    return;
  }
  const { path } = scope.url;
  if (pathBelow(site.pathBase, path) === undefined) {
    const what = `Cannot rewrite to "${path}": the application is below "${site.pathBase}"`;
    throw new HostError("rewrite-outside-application", what);
  }
  x.request = {
    ...x.request,
    target: targetOf(scope.url),
    // What a client says of itself is replaced: M-PL-8.
    fields: fields.with("X-Original-URL", scope.originalTarget),
  };
}

function answerWithFields(x: Exchange, reply: Reply): Reply {
  const fields = foundBehind(x)?.answerFields;
  return fields ? withAnswerFields(reply, fields) : reply;
}

/** What was made of one configuration so far. */
interface Compilation {
  readonly rules: WeakMap<SectionElement, { readonly rule: Rule | undefined }>;
  readonly told: WeakSet<SectionElement>;
}

/** By the parts that all places of a configuration are compiled with. */
const compilations = new WeakMap<CompileParts, Compilation>();

function compilationOf(parts: CompileParts): Compilation {
  const known = compilations.get(parts);
  if (known) return known;
  const made: Compilation = { rules: new WeakMap(), told: new WeakSet() };
  compilations.set(parts, made);
  return made;
}

/** Places come from shallow to deep, so that the first one that has a rule is the one where it is written. */
function compiledRules(
  elements: readonly SectionElement[],
  location: LocationConfig,
  parts: CompileParts,
): Rule[] {
  const { rules } = compilationOf(parts);
  const { pathBase, clock } = parts;
  const allowed = location.sections[ALLOWED_SERVER_VARIABLES.name]?.items ?? [];
  const options = {
    clock,
    folder: `${pathBase === "/" ? "" : pathBase}${location.path === "" ? "" : `/${location.path}`}`,
    allowed: new Set(allowed.map((item) => {
      const { name = "" } = valuesOf(ALLOWED_SERVER_VARIABLES.collection.item, item);
      return name.trim().toUpperCase();
    })),
    compiler: new RuleCompiler({
      parts,
      maps: rewriteMaps(location.sections[REWRITE_MAPS.name]),
      ownVariables: variablesSet(elements),
      isMatchDecoded: true,
      subStatus: 50,
    }),
  };
  return elements.flatMap((element) => {
    const known = rules.get(element);
    const rule = known ? known.rule : inboundRule(element, options);
    if (!known) rules.set(element, { rule });
    return rule ?? [];
  });
}

const IDLE = [
  {
    name: GLOBAL_RULES.name,
    message:
      "Section rewrite/globalRules has no effect: IIS takes it in the server's own file only; " +
      "move the rules into rewrite/rules",
  },
  {
    name: PROVIDERS.name,
    message:
      "Section rewrite/providers has no effect: there are no classes of .NET in the host; use rewriteMaps",
  },
];

function warnOfIdleSections({ sections }: LocationConfig, parts: CompileParts): void {
  const { told } = compilationOf(parts);
  for (const { name, message } of IDLE) {
    const section = sections[name];
    if (!section?.place || told.has(section)) continue;
    told.add(section);
    parts.problem({ severity: "warning", ...section.place, message });
  }
}
