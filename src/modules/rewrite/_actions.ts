import type { Clock } from "../../contract/clock.ts";
import { bytesContent, emptyContent } from "../../contract/content.ts";
import { HostError } from "../../contract/host_error.ts";
import { type FieldLine, FieldList, REASONS } from "../../http1/mod.ts";
import { normalisePath, splitTarget } from "../../http1/target.ts";
import { redirectReply } from "../redirect_reply.ts";
import type { Expression } from "./_expression.ts";
import { utf8AsLatin1 } from "./_field_text.ts";
import type { RuleStep } from "./_rule.ts";
import { type RewriteScope, targetOf } from "./_scope.ts";
import { siteUrl } from "./_server_variables.ts";
import { escapePath, escapeUrl } from "./_url_text.ts";

/** What all actions that make a URL are given. */
export interface UrlAction {
  readonly url: Expression;
  /** Path of the place that holds the rule, as it is written, without a slash at its end. */
  readonly folder: string;
  readonly appendsQuery: boolean;
}

/** Begins with a scheme and a host. */
const ABSOLUTE = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)/i;

/**
 * Gives the request another URL.
 *
 * @see IIS M-RW-40 … M-RW-44
 */
export function rewriteAction(action: UrlAction, logsUrl: boolean): RuleStep {
  return (scope) => {
    const { path, query } = splitTarget(localUrl(action, scope));
    const decoded = normalisePath(escapeUrl(path).replaceAll("#", "%23"));
    if (decoded === undefined) {
      throw new HostError("rewrite-failed", `Cannot rewrite to "${path}": it is no path of a URL`);
    }
    const given = escapeUrl(query ?? "").replaceAll("#", "%23");
    scope.url = {
      path: decoded.replace(/\/{2,}/g, "/"),
      query: joinQueries(given, action.appendsQuery ? scope.url.query : ""),
    };
    scope.isRewritten = true;
    if (logsUrl) scope.x.loggedTarget = targetOf(scope.url);
  };
}

/**
 * Sends the client to another URL.
 *
 * @see IIS M-RW-50 … M-RW-54
 */
export function redirectAction(action: UrlAction, status: number, clock: Clock): RuleStep {
  return (scope) => {
    const text = expanded(action, scope);
    const [beforeFragment = "", fragment] = cut(text, "#");
    const { path, query } = splitTarget(beforeFragment);
    const all = joinQueries(query ?? "", action.appendsQuery ? scope.url.query : "");
    const url = `${path}${all === "" ? "" : `?${all}`}${
      fragment === undefined ? "" : `#${fragment}`
    }`;
    const location = escapeUrl(absoluteUrl(url, action.folder, scope));
    return redirectReply(status, location, clock);
  };
}

/** What a `CustomResponse` says. */
export interface CustomResponse {
  readonly status: number;
  readonly subStatus: number;
  readonly reason: Expression;
  readonly description: Expression;
}

/** How long clients are asked to stay away by a 503 of a rule, seconds. */
const RETRY_AFTER_S = 60;

const PLAIN_TEXT: readonly FieldLine[] = [
  ["Content-Type", "text/plain; charset=utf-8"],
  ["X-Content-Type-Options", "nosniff"],
];

/** Answers the request. @see IIS M-RW-60 */
export function customResponseAction(custom: CustomResponse, clock: Clock): RuleStep {
  const { status, subStatus } = custom;
  const more: FieldLine[] = [];
  if (status >= 500) more.push(["Cache-Control", "no-store"]);
  if (status === 503) more.push(["Retry-After", String(RETRY_AFTER_S)]);
  const hasContent = status !== 204 && status !== 205 && status !== 304;
  return (scope) => {
    // deno-lint-ignore no-control-regex -- no reason phrase can hold them
    const written = custom.reason.text(scope).replace(/[\x00-\x1f\x7f]/g, " ").trim();
    const reason = utf8AsLatin1(written) || (REASONS[status] ?? "");
    const text = hasContent ? custom.description.text(scope) : "";
    const bytes = new TextEncoder().encode(text);
    const lines: FieldLine[] = [["Date", clock.date().toUTCString()], ...more];
    if (bytes.length > 0) lines.push(...PLAIN_TEXT);
    lines.push(["Content-Length", String(bytes.length)]);
    return {
      head: { status, reason, fields: new FieldList(lines) },
      content: bytes.length > 0 ? bytesContent(bytes) : emptyContent,
      subStatus,
      isOfModule: true,
    };
  };
}

/** Ends the connection without a byte of an answer. @see IIS M-RW-61 */
export const abortAction: RuleStep = () => ({
  head: { status: 400, reason: "", fields: FieldList.none },
  content: emptyContent,
  isOfModule: true,
  isDropped: true,
});

/** Gives what an action's expression makes. A path that begins with one slash never becomes another host. */
function expanded({ url }: UrlAction, scope: RewriteScope): string {
  const text = url.url(scope).trim();
  const isPath = url.lead.startsWith("/") && !url.lead.startsWith("//");
  return isPath ? text.replace(/^[/\\]+/, "/") : text;
}

/** Gives path and query of a rewrite. @throws {HostError} `rewrite-to-other-host` */
function localUrl(action: UrlAction, scope: RewriteScope): string {
  const text = expanded(action, scope);
  const [start, scheme = "", host = ""] = ABSOLUTE.exec(text) ?? [];
  if (start === undefined) {
    return text.startsWith("/") ? text : `${escapePath(action.folder)}/${text}`;
  }
  if (`${scheme}://${host}`.toLowerCase() === siteUrl(scope)?.toLowerCase()) {
    const rest = text.slice(start.length);
    return rest.startsWith("/") ? rest : `/${rest}`;
  }
  throw new HostError(
    "rewrite-to-other-host",
    `Cannot rewrite to "${start}": that is another host`,
  );
}

function absoluteUrl(url: string, folder: string, scope: RewriteScope): string {
  if (ABSOLUTE.test(url) || url.startsWith("//")) return url;
  const path = url.startsWith("/") ? url : `${escapePath(folder)}/${url}`;
  return `${siteUrl(scope) ?? ""}${path}`;
}

/** @see IIS M-RW-41 */
function joinQueries(first: string, second: string): string {
  return first !== "" && second !== "" ? `${first}&${second}` : first + second;
}

function cut(text: string, mark: string): [before: string, after?: string] {
  const at = text.indexOf(mark);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}
