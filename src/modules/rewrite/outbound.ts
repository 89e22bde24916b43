import type { LocationConfig } from "../../config/mod.ts";
import { bytesContent } from "../../contract/content.ts";
import type { Awaitable, Exchange, Reply } from "../../contract/exchange.ts";
import { HostError } from "../../contract/host_error.ts";
import type { Module } from "../../contract/module.ts";
import type { CompileParts, ModuleSource } from "../module_source.ts";
import { loadPatternEngines } from "../patterns/compile.ts";
import { RuleCompiler } from "./_compiler.ts";
import { variablesSet } from "./_inbound_rule.ts";
import { foundBehind } from "./_left_behind.ts";
import { rewriteMaps } from "./_maps.ts";
import { outboundRules } from "./_outbound_compiler.ts";
import {
  changeContent,
  changeField,
  concerns,
  type ContentRule,
  type OutboundRule,
} from "./_outbound_rule.ts";
import { regularExpressions } from "./_regular_expressions.ts";
import { RewriteScope } from "./_scope.ts";
import {
  decodeText,
  encodeText,
  isEncoded,
  type TextCoding,
  textCodingOf,
} from "./_text_answer.ts";
import { wholeContent } from "./_whole_content.ts";
import { OUTBOUND_RULES } from "./outbound_schema.ts";
import { REWRITE_MAPS, RULES } from "./rules_schema.ts";

/** Largest content that outbound rules change, in bytes: so much of each such answer is held in memory. */
const MAX_CONTENT_BYTES = 1024 * 1024;

/** Fields that speak of the bytes of a content, which are others now. */
const OF_THE_BYTES = ["Accept-Ranges", "Content-MD5", "Content-Digest", "Digest"];

/**
 * URL Rewrite on the way out.
 *
 * @see IIS M-RW-80 … M-RW-86
 */
export const rewriteAnswers: ModuleSource = {
  name: "RewriteModule",
  sections: [OUTBOUND_RULES, REWRITE_MAPS],
  async prepare(locations) {
    const sections = locations.flatMap(({ sections }) => sections[OUTBOUND_RULES.name] ?? []);
    const rules = sections.flatMap(({ items }) => items);
    const isText = rules.map(({ children }) => children.match?.settings)
      .filter((match) => match?.serverVariable?.value === "");
    const texts = isText.map((match) => String(match?.pattern?.value ?? ""));
    const preConditions = sections.flatMap(({ children }) => children.preConditions?.items ?? []);
    await loadPatternEngines(regularExpressions([...rules, ...preConditions]), texts);
  },
  compile(location, parts) {
    const section = location.sections[OUTBOUND_RULES.name];
    if (!section || section.items.length === 0) return undefined;
    const rules = outboundRules(section, compilerFor(location, parts));
    return rules.length === 0 ? undefined : new OutboundModule(rules, parts);
  },
};

function compilerFor({ sections }: LocationConfig, parts: CompileParts): RuleCompiler {
  return new RuleCompiler({
    parts,
    maps: rewriteMaps(sections[REWRITE_MAPS.name]),
    ownVariables: variablesSet(sections[RULES.name]?.items ?? []),
    isMatchDecoded: false,
    subStatus: 53,
  });
}

class OutboundModule implements Module {
  readonly name = "RewriteModule";
  readonly #rules: readonly OutboundRule[];
  readonly #parts: CompileParts;
  #hasWarned = false;

  constructor(rules: readonly OutboundRule[], parts: CompileParts) {
    this.#rules = rules;
    this.#parts = parts;
  }

  response(x: Exchange, reply: Reply): Awaitable<Reply> {
    if (reply.isDropped || reply.switched) return reply;
    const scope = new RewriteScope(x, this.#parts, reply.head);
    scope.variables = new Map(foundBehind(x)?.variables);
    const contentRules: ContentRule[] = [];
    for (const rule of this.#rules) {
      if (!concerns(rule, scope)) continue;
      if (rule.kind !== "field") contentRules.push(rule);
      else if (changeField(rule, scope) && rule.isLast) break;
    }
    const changed = { ...reply, head: scope.response ?? reply.head };
    return contentRules.length === 0 ? changed : this.#withContent(changed, contentRules, scope);
  }

  #withContent(
    reply: Reply,
    rules: readonly ContentRule[],
    scope: RewriteScope,
  ): Awaitable<Reply> {
    const { head, content } = reply;
    const coding = textCodingOf(head);
    if (!coding) return reply;
    if (scope.x.request.method === "HEAD") {
      // How long the content would be is not known without it.
      return { ...reply, head: { ...head, fields: head.fields.without(["Content-Length"]) } };
    }
    if (content.length === 0) return reply;
    if (isEncoded(head.fields)) {
      const coded = head.fields.get("Content-Encoding");
      throw new HostError(
        "outbound-rewrite-encoded",
        `Cannot change an answer that the application has encoded as "${coded}"`,
      );
    }
    return this.#changed(reply, rules, scope, coding);
  }

  async #changed(
    reply: Reply,
    rules: readonly ContentRule[],
    scope: RewriteScope,
    coding: TextCoding,
  ): Promise<Reply> {
    const whole = await wholeContent(reply.content, MAX_CONTENT_BYTES);
    if ("tooLarge" in whole) {
      this.#warn();
      return { ...reply, content: whole.tooLarge };
    }
    const text = decodeText(whole.bytes, coding);
    const result = text === undefined ? undefined : changedText(text, rules, scope);
    if (result === undefined || result === text) {
      return { ...reply, content: bytesContent(whole.bytes) };
    }
    const bytes = encodeText(result, coding);
    const fields = reply.head.fields.without(OF_THE_BYTES)
      .with("Content-Length", String(bytes.length));
    return { ...reply, head: { ...reply.head, fields }, content: bytesContent(bytes) };
  }

  /** Once: what is true of one page is true of many. */
  #warn(): void {
    if (this.#hasWarned) return;
    this.#hasWarned = true;
    this.#parts.report?.({
      level: "warning",
      name: "outbound-rewrite-skipped",
      message:
        `Outbound rules left an answer as it was: they change contents of up to ${MAX_CONTENT_BYTES} bytes`,
    });
  }
}

function changedText(text: string, rules: readonly ContentRule[], scope: RewriteScope): string {
  let result = text;
  for (const rule of rules) {
    const before = result;
    result = changeContent(rule, before, scope);
    if (rule.isLast && result !== before) break;
  }
  return result;
}
