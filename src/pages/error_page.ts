import { bytesContent, emptyContent } from "../contract/content.ts";
import type { Exchange, Reply } from "../contract/exchange.ts";
import type { HostError } from "../contract/host_error.ts";
import { type FieldLine, FieldList } from "../http1/fields.ts";
import { pageForm } from "./_accept.ts";
import { htmlPage, type PageText } from "./_html.ts";

/** Options of {@linkcode errorReply}. */
export interface ErrorPageOptions {
  /** `aspNetCore/@disableStartUpErrorPage`: a failed start is a bare 502.3. @see ANCM X-5 */
  readonly disableStartUpErrorPage: boolean;
}

/**
 * Makes the host's own answer out of a failure: HTML, problem details (RFC 9457) or plain text, as `Accept`
 * says. Title, status and request id are for everybody; sub-status, message, advice and details for local
 * clients only. Nothing for HEAD.
 */
export function errorReply(x: Exchange, error: HostError, options: ErrorPageOptions): Reply {
  const text = pageText(x, error, options);
  const { status, title: reason } = error.failure;
  const [type, body] = render(x, text, status);
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
    lines.push(["Retry-After", String(Math.max(1, Math.ceil(error.retryAfterS)))]);
  }
  if (status === 405) lines.push(["Allow", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"]);
  return {
    head: { status, reason, fields: new FieldList(lines) },
    content: x.received.method === "HEAD" ? emptyContent : bytesContent(bytes),
  };
}

/**
 * Tells whether a request comes from this machine itself: from a loopback address, and through no proxy
 * that says so.
 */
export function isLocal({ client, received }: Exchange): boolean {
  const { address } = client;
  const loopback = address === "::1" || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(address);
  return loopback &&
    !["x-forwarded-for", "forwarded", "via"].some((name) => received.fields.has(name));
}

/** What the module's own page says of a start that failed: the same for all causes. @see ANCM */
const START_CAUSES =
  "The application process did not start, started and then stopped, or started " +
  "but did not listen on the port it was given. Whoever runs this server finds more in its log.";

function pageText(x: Exchange, error: HostError, options: ErrorPageOptions): PageText {
  const { status, subStatus, title, remedy } = error.failure;
  const text = { title, requestId: x.id, code: String(status), paragraphs: [], details: [] };
  const isStart = error.code.startsWith("start-");
  if (isStart && options.disableStartUpErrorPage) {
    return isLocal(x) ? { ...text, code: `${status}.3` } : text;
  }
  if (isLocal(x)) {
    const paragraphs = [`${error.message}.`, `${remedy}.`];
    return { ...text, code: `${status}.${subStatus}`, paragraphs, details: error.details };
  }
  if (!isStart) return text;
  return { ...text, code: `${status}.${subStatus}`, paragraphs: [START_CAUSES] };
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
  { code, title, paragraphs, details, requestId }: PageText,
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
    ...lines,
  });
}

function plain({ code, title, paragraphs, details, requestId }: PageText): string {
  const blocks = [`${code} ${title}`, ...paragraphs];
  if (details.length > 0) blocks.push(details.join("\n"));
  return `${blocks.join("\n\n")}\n\nRequest ${requestId}\n`;
}
