import type { Content, Fields, Reply, ResponseHead } from "../contract/exchange.ts";
import { HostError } from "../contract/host_error.ts";
import type { ErrorPage } from "../contract/module.ts";
import type { Http2Exchange } from "./http2_exchange.ts";
import type { Http2Sender } from "./http2_sender.ts";

/** For one connection only: they end here. @see RFC 9113 §8.2.2 */
const CONNECTION_FIELDS: readonly string[] = [
  "connection",
  "keep-alive",
  "proxy-connection",
  "transfer-encoding",
  "upgrade",
];

/** The answer's content failed, or is not as long as was said. */
export class BrokenAnswer extends Error {
  constructor(options: ErrorOptions) {
    super("The content of the answer broke off", options);
  }
}

/**
 * Frames the head of an answer.
 *
 * @returns the content to send, or nothing where the answer is framed whole
 * @throws {TypeError} for what cannot be sent; nothing was framed then
 */
function sendHead(sender: Http2Sender, x: Http2Exchange, reply: Reply): Content | undefined {
  const { head: { status, fields }, content } = reply;
  if (status < 200 || status > 999) {
    throw new TypeError(`the status ${status} cannot be sent over HTTP/2`);
  }
  const isBare = x.received.method === "HEAD" || [204, 205, 304].includes(status);
  const isWhole = isBare || content.length === 0 ||
    (content.state?.() === "end" && !hasTrailers(content));
  let out = outgoing(fields, status);
  if (!isBare && content.length !== undefined && !out.has("content-length")) {
    out = out.appended("content-length", String(content.length));
  }
  sender.head(x.stream, status, out, isWhole);
  x.status = status;
  // What the content has at hand goes out together with the head.
  if (isWhole || content.state?.() !== "bytes") sender.wake();
  if (!isWhole) return content;
  content.cancel();
  return undefined;
}

/**
 * Frames the head of an answer, or a page in the place of one that cannot be sent.
 *
 * @returns the content to send, or nothing where the answer is framed whole
 */
export function sendHeadOrPage(
  sender: Http2Sender,
  x: Http2Exchange,
  reply: Reply,
  page: ErrorPage,
): Content | undefined {
  try {
    if (x.record) x.record.reply = reply;
    return sendHead(sender, x, reply);
  } catch (cause) {
    reply.content.cancel(cause);
    const why = cause instanceof Error ? cause.message : String(cause);
    const message = `Cannot pass on the answer: ${why}`;
    const instead = page(x, new HostError("backend-invalid", message, { cause }));
    if (x.record) x.record.reply = instead;
    return sendHead(sender, x, instead);
  }
}

/**
 * Sends the content of an answer to its end.
 *
 * @throws {BrokenAnswer} when it fails
 * @throws what ended the stream
 */
export async function sendContent(
  sender: Http2Sender,
  x: Http2Exchange,
  content: Content,
): Promise<void> {
  const { stream } = x;
  const { length } = content;
  for (;;) {
    const piece = await next(content);
    if (stream.isGone) return;
    if (piece === null) break;
    const sent = x.bytesOut + piece.length;
    if (length !== undefined && sent > length) throw broken("longer");
    const isLast = length === undefined ? isEnd(content) : sent === length;
    await sender.send(stream, piece, isLast);
    x.bytesOut = sent;
    if (!isLast) continue;
    // Who gives it is owed its end.
    await next(content).catch(() => null);
    return;
  }
  if (length !== undefined && x.bytesOut < length) throw broken("shorter");
  const trailers = content.trailers?.();
  if (trailers && trailers.size > 0) {
    sender.head(stream, 0, trailers.without(CONNECTION_FIELDS), true);
    return sender.wake();
  }
  await sender.send(stream, NOTHING, true);
}

/** Frames an interim response. It says nothing where the answer has begun or the client cannot have it. */
export function sendInterim(sender: Http2Sender, x: Http2Exchange, head: ResponseHead): void {
  const { status, fields } = head;
  if (x.status !== 0 || status < 100 || status > 199 || status === 101) return;
  sender.head(x.stream, status, outgoing(fields, status), false);
  sender.wake();
}

const NOTHING = new Uint8Array(0);

async function next(content: Content): Promise<Uint8Array | null> {
  try {
    return await content.read();
  } catch (cause) {
    throw new BrokenAnswer({ cause });
  }
}

function isEnd(content: Content): boolean {
  return content.state?.() === "end" && !hasTrailers(content);
}

/** Whether there may be trailers, which are known at the end only. HTTP/1.1 has none where the length is told. */
function hasTrailers(content: Content): boolean {
  return content.length === undefined && content.trailers !== undefined;
}

function outgoing(fields: Fields, status: number): Fields {
  const dropped = status < 200 || status === 204 || status === 205
    ? [...CONNECTION_FIELDS, "content-length"]
    : CONNECTION_FIELDS;
  return fields.without(dropped);
}

function broken(how: string): BrokenAnswer {
  return new BrokenAnswer({ cause: new Error(`The content is ${how} than it said`) });
}
