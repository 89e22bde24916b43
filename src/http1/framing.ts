/** How the end of a content is told. @see RFC 9112 §6 */
export const FRAMING = {
  /** There is no content, and no field says otherwise. */
  NONE: 0,
  /** So many bytes, as Content-Length says. */
  LENGTH: 1,
  /** Chunks, as Transfer-Encoding says. */
  CHUNKED: 2,
  /** Until the connection ends; responses only. */
  CLOSE: 3,
  /** There is no content; the fields describe what another request would get (HEAD, 304). */
  DESCRIBED: 4,
} as const;

/** One of {@linkcode FRAMING}. */
export type Framing = typeof FRAMING[keyof typeof FRAMING];

/** What decides how the content of a response is framed for a client. */
export interface ReplyFacts {
  /** The digit after `HTTP/1.` in the client's request. */
  readonly minor: number;
  /** Whether the client's request was a HEAD. */
  readonly isHead: boolean;
  /** From 100 to 999. */
  readonly status: number;
  /**
   * Bytes of the content where they are known before they are sent, or would be sent to a GET; of a response
   * that is passed on: what its reader's `contentLength` says.
   */
  readonly length?: number | undefined;
}

/**
 * Chooses how a response is framed for a client: an HTTP/1.0 client that cannot be told the length is told
 * the end by closing.
 */
export function replyFraming(reply: ReplyFacts): Framing {
  const { status } = reply;
  if (status < 200 || status === 204) return FRAMING.NONE;
  if (reply.isHead || status === 304) {
    // Without a length the fields could only speak of chunks, which HTTP/1.0 does not know.
    return reply.minor === 0 && reply.length === undefined ? FRAMING.NONE : FRAMING.DESCRIBED;
  }
  if (reply.length !== undefined) return FRAMING.LENGTH;
  return reply.minor === 0 ? FRAMING.CLOSE : FRAMING.CHUNKED;
}

/**
 * Gives what a response's `Connection` must say so that the client knows whether the connection goes on; nothing
 * where the version says it already.
 *
 * @param minor the digit after `HTTP/1.` in the client's request
 * @see RFC 9112 §9.3
 */
export function connectionOption(
  minor: number,
  persists: boolean,
): "close" | "keep-alive" | undefined {
  if (!persists) return "close";
  return minor === 0 ? "keep-alive" : undefined;
}
