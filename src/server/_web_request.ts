import type { Client, Content, RequestHead } from "../contract/exchange.ts";
import { emptyContent } from "../contract/content.ts";
import { FieldList } from "../http1/fields.ts";
import { hasContent } from "./_judge.ts";

/** Gives the head of a request that `Deno.serve` took. */
export function headOf(request: Request): RequestHead {
  const fields = new FieldList([...request.headers]);
  const target = targetOf(request.url, fields.get("host"));
  // The version cannot be told: HTTP/1.0 and HTTP/1.1 look alike here.
  return { method: request.method, target, version: "HTTP/1.1", fields };
}

/**
 * Finds the request target in a URL that `Deno.serve` made of scheme, authority and target without any
 * check. It is never parsed as a URL. Where the authority is not the `Host`, the target was absolute.
 *
 * @returns latin1 text: one character for each byte
 */
export function targetOf(url: string, host: string | undefined): string {
  const start = url.indexOf("://") + 3;
  if (host !== undefined && url.startsWith(host, start)) {
    const rest = url.slice(start + host.length);
    if (/^(?:[/?]|$)/.test(rest)) return latin1(rest) || "/";
  }
  const end = url.slice(start).search(/[/?]/);
  const rest = end < 0 ? "" : latin1(url.slice(start + end));
  if (host === undefined) return rest || "/";
  return `http://${latin1(url.slice(start, end < 0 ? undefined : start + end))}${rest}`;
}

/** The platform decoded the bytes as UTF-8. */
function latin1(text: string): string {
  return /^[\0-\x7f]*$/.test(text)
    ? text
    : Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join("");
}

/** Names who sent a request. IPv4 addresses come as such, also from listeners for both kinds. */
export function clientOf({ remoteAddr }: Deno.ServeHandlerInfo): Client {
  if (!("hostname" in remoteAddr)) return { address: "", port: 0, secure: false };
  const { hostname, port } = remoteAddr;
  return { address: hostname.replace(/^::ffff:(?=\d+\.)/i, ""), port, secure: false };
}

/** Follows the reading of a request's content. */
export interface RequestObserver {
  onRequestBytes(count: number): void;
  /** The client broke off. */
  onRequestError(error: unknown): void;
}

/** Gives the content of a request. */
export function contentOf(
  request: Request,
  head: RequestHead,
  observer: RequestObserver,
): Content {
  if (!hasContent(head)) return emptyContent;
  const length = head.fields.has("transfer-encoding")
    ? undefined
    : Number(head.fields.get("content-length"));
  const reader = request.body?.getReader();
  return {
    length,
    async read() {
      try {
        const value = (await reader?.read())?.value;
        if (value) observer.onRequestBytes(value.length);
        return value ?? null;
      } catch (error) {
        observer.onRequestError(error);
        throw error;
      }
    },
    cancel: (reason) => void reader?.cancel(reason).catch(() => {}),
  };
}
