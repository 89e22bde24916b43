import { HostError } from "../../contract/host_error.ts";
import { isAuthority } from "../../http1/target.ts";
import type { Expression } from "./_expression.ts";
import { fieldName, fieldValue } from "./_field_text.ts";
import type { RuleStep } from "./_rule.ts";
import type { RewriteScope } from "./_scope.ts";
import { escapeUrl } from "./_url_text.ts";

/** Fields that say how a message is framed: those of both ways are the host's own. */
const FRAMING = new Set([
  "connection",
  "content-length",
  "keep-alive",
  "transfer-encoding",
  "te",
  "trailer",
  "upgrade",
  "proxy-connection",
]);

/** What a server variable stands for, by its name in upper case. */
export type VariableTarget =
  | { readonly kind: "request-field" | "response-field"; readonly field: string }
  | { readonly kind: "query" | "own" }
  | { readonly kind: "framing" };

/** Tells what setting a server variable changes. @see IIS M-RW-70, M-RW-72 */
export function variableTarget(name: string): VariableTarget {
  if (name === "QUERY_STRING") return { kind: "query" };
  const [, prefix, words = ""] = /^(HTTP|RESPONSE)_(.+)$/.exec(name) ?? [];
  const field = prefix ? fieldName(words) : name === "CONTENT_TYPE" ? "Content-Type" : undefined;
  if (name === "CONTENT_LENGTH" || FRAMING.has(field?.toLowerCase() ?? "")) {
    return { kind: "framing" };
  }
  if (field === undefined || !/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(field)) return { kind: "own" };
  return { kind: prefix === "RESPONSE" ? "response-field" : "request-field", field };
}

/** What a `set` says. */
export interface VariableSetting {
  /** In upper case. */
  readonly name: string;
  readonly target: VariableTarget;
  readonly value: Expression;
  readonly replaces: boolean;
}

/** Makes the step that sets a server variable. */
export function setVariable({ name, target, value, replaces }: VariableSetting): RuleStep {
  switch (target.kind) {
    case "request-field": {
      const { field } = target;
      return (scope) => {
        if (replaces || !scope.fields.get(field)) setField(scope, field, value.text(scope));
      };
    }
    case "response-field": {
      const { field } = target;
      return (scope) => {
        const fields = scope.answerFields ??= [];
        fields.push({ name: field, value: fieldValue(field, value.text(scope)), replaces });
      };
    }
    case "query":
      return (scope) => {
        const { path, query } = scope.url;
        if (!replaces && query !== "") return;
        const given = value.text(scope).replace(/^\?/, "");
        scope.url = { path, query: escapeUrl(given).replaceAll("#", "%23") };
        scope.isRewritten = true;
      };
    case "own":
      return (scope) => {
        const variables = scope.variables ??= new Map();
        if (replaces || !variables.get(name)) variables.set(name, value.text(scope));
      };
    case "framing":
      return () => {};
  }
}

function setField(scope: RewriteScope, field: string, text: string): void {
  const value = fieldValue(field, text);
  if (field === "Host" && !isAuthority(value)) {
    throw new HostError("rewrite-failed", `Cannot set "HTTP_HOST" to "${value}": it is no host`);
  }
  scope.fields = value === "" ? scope.fields.without([field]) : scope.fields.with(field, value);
}
