import type { Fields, Reply } from "../contract/exchange.ts";

/** Follows the sending of an answer's content. */
export interface ContentObserver {
  onBytes(count: number): void;
  /** All was handed over. */
  onEnd(): void;
  /** The content failed: the client's connection breaks. */
  onError(error: unknown): void;
}

/** Options of {@linkcode responseOf}. */
export interface ResponseOptions {
  readonly method: string;
  /** Whether the client's connection shall end after this answer. */
  readonly close: boolean;
  readonly observer: ContentObserver;
}

/**
 * Makes what `Deno.serve` sends out of a reply.
 *
 * @throws {RangeError} for a status that the platform cannot send: below 200, above 599
 * @throws {TypeError} for a field that is none
 */
export function responseOf({ head, content }: Reply, options: ResponseOptions): Response {
  const { method, close, observer } = options;
  if (head.status < 200 || head.status > 599) {
    throw new RangeError(`a status must be 200 to 599, not ${head.status}`);
  }
  const bare = method === "HEAD" || [204, 205, 304].includes(head.status);
  const headers = [...fieldsFor(head.fields, head.status)] as [string, string][];
  if (close) headers.push(["Connection", "close"]);
  const init = { status: head.status, statusText: sendableReason(head.reason), headers };
  if (bare || content.length === 0) {
    const response = new Response(null, init);
    content.cancel();
    observer.onEnd();
    return response;
  }
  return withoutCompression(new Response(streamOf(content.length, content, observer), init));
}

/** The framing fields are the platform's own affair, but for the length it would not know. */
function fieldsFor(fields: Fields, status: number): Fields {
  return status === 205 ? fields.without(["content-length"]) : fields;
}

/** The platform takes less than HTTP allows, and sends none of it anyway. */
function sendableReason(reason: string): string {
  return /^[\t\x20-\x7e]*$/.test(reason) ? reason : "";
}

function streamOf(
  length: number | undefined,
  content: Reply["content"],
  observer: ContentObserver,
): ReadableStream<Uint8Array> {
  let sent = 0;
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const piece = await content.read();
        if (piece) {
          sent += piece.length;
          observer.onBytes(piece.length);
          controller.enqueue(piece.slice());
          if (sent !== length) return;
        }
        observer.onEnd();
        controller.close();
        // The platform asks no more once it has the promised length; the sender is owed its end.
        if (piece) await content.read();
      } catch (error) {
        observer.onError(error);
        controller.error(error);
      }
    },
    cancel: (reason) => content.cancel(reason),
  }, { highWaterMark: 0 });
}

/**
 * Keeps `Deno.serve` from compressing a response, weakening its `ETag` and dropping its length, which it
 * offers no way to ask for (denoland/deno#29086). One blank more in front of the value keeps it from
 * knowing the media type; the blank is no part of the field's value (RFC 9110 §5.5). Where that cannot
 * be written, `Content-Encoding: identity` does the same, visibly.
 */
function withoutCompression(response: Response): Response {
  const { headers } = response;
  if (!headers.has("content-type") || headers.has("content-encoding")) return response;
  const line = rawLines(headers)?.find(([name]) => name.toLowerCase() === "content-type");
  if (line) line[1] = ` ${line[1]}`;
  else headers.set("content-encoding", "identity");
  return response;
}

/** The list that `Headers` of Deno 2.7 checks when it is filled, and not when it is sent. */
function rawLines(headers: Headers): [string, string][] | undefined {
  const symbol = Object.getOwnPropertySymbols(headers)
    .find(({ description }) => description === "header list");
  const lines: unknown = symbol && Reflect.get(headers, symbol);
  return Array.isArray(lines) ? lines : undefined;
}
