import type { SectionElement } from "../../config/mod.ts";
import { quoted } from "../../config/problem.ts";
import { valuesOf } from "../../config/section.ts";
import type { Reply } from "../../contract/exchange.ts";
import { HostError } from "../../contract/host_error.ts";
import type { Module } from "../../contract/module.ts";
import { warn } from "../_problems.ts";
import { limitContent } from "../content_limit.ts";
import type { CompileParts, ModuleSource } from "../module_source.ts";
import { PerSection } from "../per_section.ts";
import { filteringRuleCheck } from "./_filtering_rule.ts";
import { type Check, JudgedRequest } from "./_judged_request.ts";
import { fieldLimitCheck, queryLengthCheck, urlLengthCheck, verbCheck } from "./_message_checks.ts";
import {
  checkDoubleEscaping,
  checkHighBit,
  extensionCheck,
  hiddenSegmentCheck,
} from "./_path_checks.ts";
import { querySequenceCheck, urlSequenceCheck } from "./_sequence_checks.ts";
import { REQUEST_FILTERING, REQUEST_LIMITS } from "./schema.ts";

/**
 * Refuses requests by what they ask for, before a rewrite and before any backend. Acts even where web.config says
 * nothing. It sees the URL as the client sent it, whole: the application's own path is judged, too.
 *
 * @see IIS M-RF-1 … M-RF-16
 */
export const requestFiltering: ModuleSource = {
  name: "RequestFilteringModule",
  sections: [REQUEST_FILTERING],
  compile({ path, sections }, parts) {
    const section = sections[REQUEST_FILTERING.name];
    return section && MODULES.at(path, section, parts);
  },
};

const MODULES = new PerSection(compiled);

function compiled(section: SectionElement, parts: CompileParts): Module {
  warnOfIdleEntries(section, parts);
  const checks = checksOf(section);
  const module: Module = {
    name: requestFiltering.name,
    request(x) {
      const request = new JudgedRequest(x);
      for (const check of checks) check(request);
    },
  };
  const { removeServerHeader } = valuesOf(REQUEST_FILTERING, section);
  return removeServerHeader ? { ...module, response: withoutServer } : module;
}

/** In the order of IIS M-RF-11. */
function checksOf(section: SectionElement): readonly Check[] {
  const values = valuesOf(REQUEST_FILTERING, section);
  const of = section.children;
  const limits = of.requestLimits;
  const { maxAllowedContentLength, maxUrl, maxQueryString } = limitsOf(limits);
  const isDecoded = values.unescapeQueryString;
  return [
    values.allowDoubleEscaping ? undefined : checkDoubleEscaping,
    values.allowHighBitCharacters ? undefined : checkHighBit,
    of.fileExtensions && extensionCheck(of.fileExtensions),
    of.hiddenSegments && hiddenSegmentCheck(of.hiddenSegments),
    of.verbs && verbCheck(of.verbs),
    fieldLimitCheck(limits?.children.headerLimits),
    contentCheck(maxAllowedContentLength),
    urlLengthCheck(maxUrl),
    queryLengthCheck(maxQueryString),
    urlSequenceCheck(of.denyUrlSequences, of.alwaysAllowedUrls),
    querySequenceCheck(of.denyQueryStringSequences, of.alwaysAllowedQueryStrings, isDecoded),
    ...(of.filteringRules?.items ?? []).map((rule) => filteringRuleCheck(rule, isDecoded)),
  ].filter((check) => check !== undefined);
}

function limitsOf(element: SectionElement | undefined) {
  return element
    ? valuesOf(REQUEST_LIMITS, element)
    : { maxAllowedContentLength: Infinity, maxUrl: Infinity, maxQueryString: Infinity };
}

/** @see IIS M-RF-5, ANCM M-15 */
function contentCheck(limit: number): Check {
  const tooLong = (bytes: number | undefined) => {
    const what = bytes === undefined ? "content that goes on" : `content of ${bytes} bytes`;
    return new HostError(
      "content-too-long",
      `Cannot take ${what}: maxAllowedContentLength is ${limit} bytes`,
    );
  };
  return ({ x }) => limitContent(x, limit, tooLong);
}

/** @see IIS M-RF-14 */
function withoutServer(_x: unknown, reply: Reply): Reply {
  const { head } = reply;
  if (!head.fields.has("Server")) return reply;
  return { ...reply, head: { ...head, fields: head.fields.without(["Server"]) } };
}

/** Warns of entries that no request can fit. */
function warnOfIdleEntries({ children }: SectionElement, parts: CompileParts): void {
  const idle = (
    list: string,
    attribute: string,
    isRight: (text: string) => boolean,
    as: string,
  ) => {
    for (const { settings } of children[list]?.items ?? []) {
      const setting = settings[attribute];
      const text = String(setting?.value ?? "");
      if (!isRight(text)) {
        warn(parts, setting?.place, `${attribute} ${quoted(text)} never fits; write ${as}`);
      }
    }
  };
  idle("fileExtensions", "fileExtension", (text) => text.startsWith("."), "it with its dot");
  idle("hiddenSegments", "segment", (text) => !/[/\\]/.test(text), "one segment, without slashes");
  idle("alwaysAllowedUrls", "url", (text) => text.startsWith("/"), "the path from its first slash");
}
