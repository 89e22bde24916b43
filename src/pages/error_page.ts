import { join } from "node:path";
import { bytesContent, emptyContent } from "../contract/content.ts";
import type { Exchange, Reply } from "../contract/exchange.ts";
import type { HostError } from "../contract/host_error.ts";
import { isLocal } from "../contract/local_client.ts";
import type { ErrorStatus } from "../contract/module.ts";
import { type FieldLine, FieldList } from "../http1/fields.ts";
import { normalisePath, splitTarget } from "../http1/target.ts";
import { pageForm } from "./_accept.ts";
import { errorSource } from "./_error_source.ts";
import { htmlPage, type PageText } from "./_html.ts";

/** Options of {@linkcode errorReply}. */
export interface ErrorPageOptions {
  /** `aspNetCore/@disableStartUpErrorPage`: a failed start is a bare 502.3. @see ANCM X-5 */
  readonly disableStartUpErrorPage: boolean;
  /** The application folder, to tell local clients where a file was looked for. @default it is not told */
  readonly root?: string | undefined;
  /** `/`, or `/sub` without a slash at its end. @default "/" */
  readonly pathBase?: string | undefined;
}

/**
 * Makes the host's own answer out of a failure: HTML, problem details (RFC 9457) or plain text, as `Accept`
 * says. Title, status and request id are for everybody; sub-status, message, advice and details for local
 * clients only. Nothing for HEAD.
 */
export function errorReply(x: Exchange, error: HostError, options: ErrorPageOptions): Reply {
  const { status, subStatus, title: reason } = error.failure;
  return statusReply(x, { status, subStatus, reason, error }, isLocal(x), options);
}

/**
 * Makes the same page for any status.
 *
 * @param isDetailed whether it says what is known: `httpErrors/@errorMode` may ask for it, or forbid it. What only
 * whoever runs the host may know, such as paths and output of the backend, is for local clients all the same.
 * @see IIS M-HE-3, M-HE-5
 */
export function statusReply(
  x: Exchange,
  what: ErrorStatus,
  isDetailed: boolean,
  options: ErrorPageOptions,
): Reply {
  const { status, reason, error } = what;
  const [type, body] = render(x, pageText(x, what, isDetailed, options), status);
  const bytes = new TextEncoder().encode(body);
  const lines: FieldLine[] = [
    ["Date", new Date().toUTCString()],
    ["Content-Type", type],
    ["Content-Length", String(bytes.length)],
    ["X-Content-Type-Options", "nosniff"],
    ["Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'"],
  ];
  if (status >= 500) lines.push(["Cache-Control", "no-store"]);
  if (status === 503) {
    lines.push(["Retry-After", String(Math.max(1, Math.ceil(error?.retryAfterS ?? 1)))]);
  }
  lines.push(...error?.fields ?? []);
  if (status === 405 && error && !error.fields.some(([name]) => name === "Allow")) {
    lines.push(["Allow", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"]);
  }
  return {
    head: { status, reason, fields: new FieldList(lines) },
    content: x.received.method === "HEAD" ? emptyContent : bytesContent(bytes),
    ...(error ? { error } : {}),
    ...(error?.failure.isDropped ? { isDropped: true } : {}),
  };
}

/** What the module's own page says of a start that failed: the same for all causes. @see ANCM */
const START_CAUSES =
  "The application process did not start, started and then stopped, or started " +
  "but did not listen on the port it was given. Whoever runs this server finds more in its log.";

function pageText(
  x: Exchange,
  what: ErrorStatus,
  isDetailed: boolean,
  options: ErrorPageOptions,
): PageText {
  const { status, subStatus, reason, error } = what;
  const text: PageText = {
    title: reason,
    requestId: x.id,
    code: String(status),
    paragraphs: [],
    facts: [],
    details: [],
  };
  const isStart = error?.code.startsWith("start-") ?? false;
  if (isStart && options.disableStartUpErrorPage) {
    return isDetailed ? { ...text, code: `${status}.3` } : text;
  }
  const code = `${status}.${subStatus}`;
  if (isStart && !(isDetailed && isLocal(x))) return { ...text, code, paragraphs: [START_CAUSES] };
  if (!isDetailed) return text;
  return {
    ...text,
    code,
    paragraphs: error ? [`${error.message}.`, `${error.failure.remedy}.`] : [],
    facts: factsOf(x, what, options),
    details: isLocal(x) ? error?.details ?? [] : [],
  };
}

/** What IIS tells of an error, as far as there is such a thing here. @see IIS 7.3 */
function factsOf(x: Exchange, what: ErrorStatus, options: ErrorPageOptions): PageText["facts"] {
  const source = errorSource(what);
  const facts: (readonly [name: string, value: string | undefined])[] = [
    ["Module", source?.module],
    ["Notification", source?.notification],
    ["Handler", source?.handler],
    ["Requested URL", requestedUrl(x)],
    ["Physical path", isLocal(x) ? physicalPath(x, options) : undefined],
  ];
  return facts.flatMap(([name, value]) => value === undefined ? [] : [[name, value] as const]);
}

function requestedUrl({ received, client }: Exchange): string {
  const { target, fields } = received;
  const host = fields.get("host");
  if (!target.startsWith("/") || !host) return target;
  return `${client.secure ? "https" : "http"}://${host}${target}`;
}

/** Where the file of this name would lie. */
function physicalPath(
  { request }: Exchange,
  { root, pathBase = "/" }: ErrorPageOptions,
): string | undefined {
  const path = normalisePath(splitTarget(request.target).path);
  if (root === undefined || path === undefined) return undefined;
  if (pathBase === "/") return join(root, path);
  const isInside = path.toLowerCase().startsWith(`${pathBase.toLowerCase()}/`);
  return isInside ? join(root, path.slice(pathBase.length)) : undefined;
}

function render(x: Exchange, text: PageText, status: number): [type: string, body: string] {
  switch (pageForm(x.received.fields.getAll("accept").join(","))) {
    case "html":
      return ["text/html; charset=utf-8", htmlPage(text)];
    case "json":
      return ["application/problem+json", problem(text, status)];
    case "text":
      return ["text/plain; charset=utf-8", plain(text)];
  }
}

function problem(
  { code, title, paragraphs, facts, details, requestId }: PageText,
  status: number,
): string {
  const detail = paragraphs.length > 0 ? { detail: paragraphs.join(" ") } : {};
  const lines = details.length > 0 ? { details } : {};
  return JSON.stringify({
    type: "about:blank",
    title,
    status,
    code,
    requestId,
    ...detail,
    ...(facts.length > 0 ? { facts: Object.fromEntries(facts) } : {}),
    ...lines,
  });
}

function plain({ code, title, paragraphs, facts, details, requestId }: PageText): string {
  const blocks = [`${code} ${title}`, ...paragraphs];
  if (facts.length > 0) blocks.push(facts.map(([name, value]) => `${name}: ${value}`).join("\n"));
  if (details.length > 0) blocks.push(details.join("\n"));
  return `${blocks.join("\n\n")}\n\nRequest ${requestId}\n`;
}
