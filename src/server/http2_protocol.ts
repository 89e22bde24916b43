/** Types of frames. @see RFC 9113 §6 */
export const FRAME = {
  DATA: 0,
  HEADERS: 1,
  PRIORITY: 2,
  RST_STREAM: 3,
  SETTINGS: 4,
  PUSH_PROMISE: 5,
  PING: 6,
  GOAWAY: 7,
  WINDOW_UPDATE: 8,
  CONTINUATION: 9,
} as const;

/** Flags of frames; what a bit means depends on the type. */
export const FLAG = {
  END_STREAM: 1,
  ACK: 1,
  END_HEADERS: 4,
  PADDED: 8,
  PRIORITY: 32,
} as const;

/** Why a stream or a connection is ended. @see RFC 9113 §7 */
export const CODE = {
  NO_ERROR: 0,
  PROTOCOL_ERROR: 1,
  INTERNAL_ERROR: 2,
  FLOW_CONTROL_ERROR: 3,
  STREAM_CLOSED: 5,
  FRAME_SIZE_ERROR: 6,
  REFUSED_STREAM: 7,
  CANCEL: 8,
  COMPRESSION_ERROR: 9,
  ENHANCE_YOUR_CALM: 11,
} as const;

/** One of {@linkcode CODE}. */
export type Code = typeof CODE[keyof typeof CODE];

/** What SETTINGS may set. @see RFC 9113 §6.5.2 */
export const SETTING = {
  HEADER_TABLE_SIZE: 1,
  ENABLE_PUSH: 2,
  MAX_CONCURRENT_STREAMS: 3,
  INITIAL_WINDOW_SIZE: 4,
  MAX_FRAME_SIZE: 5,
  MAX_HEADER_LIST_SIZE: 6,
} as const;

/** Bytes in front of every frame's payload. */
export const FRAME_HEAD = 9;
/** The largest payload that we take and send: what RFC 9113 gives without any setting. */
export const MAX_FRAME = 16_384;
/** The window of flow control where nothing else was said. */
export const FIRST_WINDOW = 65_535;
/** No window may grow above it. */
export const MAX_WINDOW = 0x7fff_ffff;

/** The first bytes of a client that speaks HTTP/2. @see RFC 9113 §3.4 */
export const PREFACE: Uint8Array = new TextEncoder().encode("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");

/**
 * Tells whether the bytes from `start` up to `end` begin with the preface of HTTP/2.
 *
 * @returns `more` where they are too few to tell
 */
export function isHttp2Preface(
  bytes: Uint8Array,
  start: number,
  end: number,
): "yes" | "no" | "more" {
  const count = Math.min(end - start, PREFACE.length);
  for (let i = 0; i < count; i++) {
    if (bytes[start + i] !== PREFACE[i]) return "no";
  }
  return count === PREFACE.length ? "yes" : "more";
}

/** The client broke a rule after which nothing it sends means anything: the connection ends with GOAWAY. */
export class ConnectionFault extends Error {
  override readonly name = "ConnectionFault";
  readonly code: Code;

  /** @param message what is wrong; goes to the client in GOAWAY */
  constructor(code: Code, message: string) {
    super(message);
    this.code = code;
  }
}

/** Reads a number of 32 bits. */
export function uint32(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 24 | bytes[at + 1]! << 16 | bytes[at + 2]! << 8 | bytes[at + 3]!) >>> 0;
}

/** Takes a frame: `from` up to `to` is its payload. */
export type FrameSink = (
  type: number,
  flags: number,
  id: number,
  bytes: Uint8Array,
  from: number,
  to: number,
) => void;

/**
 * Hands over each frame that lies whole between `from` and `to`, and gives the offset after the last of them.
 *
 * @throws {ConnectionFault} for a frame that is too large, and whatever the sink throws
 */
export function readFrames(bytes: Uint8Array, from: number, to: number, sink: FrameSink): number {
  let at = from;
  while (to - at >= FRAME_HEAD) {
    const length = bytes[at]! << 16 | bytes[at + 1]! << 8 | bytes[at + 2]!;
    if (length > MAX_FRAME) {
      throw new ConnectionFault(CODE.FRAME_SIZE_ERROR, "A frame is larger than 16384 bytes");
    }
    const begin = at + FRAME_HEAD;
    if (to - begin < length) break;
    // The highest bit means nothing.
    const id = uint32(bytes, at + 5) & MAX_WINDOW;
    sink(bytes[at + 3]!, bytes[at + 4]!, id, bytes, begin, begin + length);
    at = begin + length;
  }
  return at;
}
