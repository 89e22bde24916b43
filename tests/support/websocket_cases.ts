import { Buffer } from "node:buffer";
import { OPCODE } from "./websocket_client.ts";
import type { Frame } from "./websocket_frame.ts";

/** What is sent through the tunnel to an endpoint that echoes messages, and what that must answer. */
export interface FrameCase {
  readonly name: string;
  readonly send: readonly Frame[];
  /** Frames that come back, one after the other; a close is the last. */
  readonly answer: readonly Frame[];
  /** What the endpoint finds wrong, as `ws` calls it; `WS_ERR_MASK` for too much of a mask and too little. */
  readonly fault?: string;
  /** Whether every byte is written for itself. */
  readonly isChopped?: boolean;
}

const bytes = (...values: number[]) => Uint8Array.from(values);
const utf8 = (text: string) => new Uint8Array(Buffer.from(text));
/** Bytes of every value, so that a changed, lost or moved one shows. */
const pattern = (length: number) => Uint8Array.from({ length }, (_, i) => (i * 13 + 7) & 255);

const text = (content: string | Uint8Array, more: Partial<Frame> = {}): Frame => ({
  opcode: OPCODE.text,
  payload: typeof content === "string" ? utf8(content) : content,
  ...more,
});
const binary = (payload: Uint8Array): Frame => ({ opcode: OPCODE.binary, payload });
const ping = (payload = bytes(), more: Partial<Frame> = {}): Frame => ({
  opcode: OPCODE.ping,
  payload,
  ...more,
});
const pong = (payload = bytes()): Frame => ({ opcode: OPCODE.pong, payload });
const close = (status?: number, reason = ""): Frame => ({
  opcode: OPCODE.close,
  payload: status === undefined ? bytes() : bytes(status >> 8, status & 255, ...utf8(reason)),
});
/** A message in frames, the first of which says what it is. */
const inFragments = (first: Frame, ...rest: Uint8Array[]): Frame[] => [
  { ...first, isFinal: false },
  ...rest.map((payload, i) => ({
    opcode: OPCODE.more,
    payload,
    isFinal: i === rest.length - 1,
  })),
];

const HELLO = text("Guten Tag");
const REFUSED = close(1_002);
const NOT_UTF8 = close(1_007);

/** A frame that breaks a rule, behind a message that is echoed and before one that is not. */
function broken(name: string, fault: string, ...send: Frame[]): FrameCase {
  return { name, send: [HELLO, ...send, text("too late")], answer: [HELLO, REFUSED], fault };
}

const PINGS: readonly FrameCase[] = [
  ...[0, 1, 5, 124, 125].map((length): FrameCase => ({
    name: `a ping of ${length} bytes is answered with them`,
    send: [ping(pattern(length))],
    answer: [pong(pattern(length))],
  })),
  {
    name: "a ping whose bytes are no text is answered with them",
    send: [ping(bytes(0, 255, 254, 253, 252, 251, 0, 255))],
    answer: [pong(bytes(0, 255, 254, 253, 252, 251, 0, 255))],
  },
  {
    name: "a ping that comes byte by byte is answered",
    send: [ping(pattern(125))],
    answer: [pong(pattern(125))],
    isChopped: true,
  },
  {
    name: "a pong that nobody asked for is passed over",
    send: [pong(), pong(utf8("unasked")), ping(utf8("asked"))],
    answer: [pong(utf8("asked"))],
  },
  ...[true, false].map((isChopped): FrameCase => ({
    name: `twelve pings ${isChopped ? "byte by byte" : "at once"} are answered in their order`,
    send: Array.from({ length: 12 }, (_, i) => ping(utf8(`number ${i}`))),
    answer: Array.from({ length: 12 }, (_, i) => pong(utf8(`number ${i}`))),
    isChopped,
  })),
  broken(
    "a ping of 126 bytes is refused",
    "WS_ERR_INVALID_CONTROL_PAYLOAD_LENGTH",
    ping(pattern(126)),
  ),
];

const FRAMES: readonly FrameCase[] = [
  ...[0, 1, 125, 126, 127, 128, 65_535, 65_536].flatMap((length): FrameCase[] => [
    {
      name: `a text of ${length} bytes comes back`,
      send: [text("*".repeat(length))],
      answer: [text("*".repeat(length))],
    },
    {
      name: `${length} bytes come back`,
      send: [binary(pattern(length))],
      answer: [binary(pattern(length))],
    },
  ]),
  {
    name: "a message that comes byte by byte comes back",
    send: [text("a"), binary(pattern(130))],
    answer: [text("a"), binary(pattern(130))],
    isChopped: true,
  },
  ...[1, 2, 3, 4, 5, 6, 7].map((reserved) =>
    broken(
      `a message with the reserved bits ${reserved} is refused`,
      (reserved & 3) > 0 ? "WS_ERR_UNEXPECTED_RSV_2_3" : "WS_ERR_UNEXPECTED_RSV_1",
      text("bits", { reserved }),
    )
  ),
  broken(
    "a ping with a reserved bit is refused",
    "WS_ERR_UNEXPECTED_RSV_1",
    ping(utf8("x"), { reserved: 4 }),
  ),
  ...[3, 4, 5, 6, 7, 11, 12, 13, 14, 15].map((opcode) =>
    broken(`a frame of the reserved opcode ${opcode} is refused`, "WS_ERR_INVALID_OPCODE", {
      opcode,
      payload: utf8("what?"),
    })
  ),
  broken(
    "a frame that is masked wrongly is refused",
    "WS_ERR_MASK",
    text("bare", { isMaskWrong: true }),
  ),
  {
    name: "a length of over 2^53 is refused",
    send: [HELLO, { opcode: OPCODE.binary, claims: 2n ** 60n }],
    answer: [HELLO, close(1_009)],
    fault: "WS_ERR_UNSUPPORTED_DATA_PAYLOAD_LENGTH",
  },
];

const FRAGMENTS: readonly FrameCase[] = [
  {
    name: "a message in fragments comes back whole",
    send: inFragments(text("one "), utf8("two "), utf8("three")),
    answer: [text("one two three")],
  },
  {
    name: "a message in empty fragments comes back whole, which is empty",
    send: inFragments(text(""), bytes(), bytes()),
    answer: [text("")],
  },
  {
    name: "a message whose fragments are empty but one comes back",
    send: inFragments(text(""), utf8("middle"), bytes()),
    answer: [text("middle")],
  },
  {
    name: "a message of 1,000 fragments comes back whole",
    send: inFragments(
      binary(pattern(10)),
      ...Array.from({ length: 999 }, (_, i) => pattern(i & 15)),
    ),
    answer: [
      binary(Uint8Array.from([
        ...pattern(10),
        ...Array.from({ length: 999 }, (_, i) => [...pattern(i & 15)]).flat(),
      ])),
    ],
  },
  ...[true, false].map((isChopped): FrameCase => ({
    name: `pings between fragments${isChopped ? " byte by byte" : ""} are answered before them`,
    send: inFragments(text("one "), utf8("two "), utf8("three"))
      .flatMap((frame, i) => i === 0 ? [frame] : [ping(utf8(`before ${i}`)), frame]),
    answer: [pong(utf8("before 1")), pong(utf8("before 2")), text("one two three")],
    isChopped,
  })),
  {
    name: "a close between fragments ends the message",
    send: [text("half", { isFinal: false }), close(1_000, "enough")],
    answer: [close(1_000, "enough")],
  },
  broken(
    "a ping in fragments is refused",
    "WS_ERR_EXPECTED_FIN",
    ping(utf8("half"), { isFinal: false }),
  ),
  broken("a pong in fragments is refused", "WS_ERR_EXPECTED_FIN", {
    ...pong(utf8("half")),
    isFinal: false,
  }),
  broken("a continuation of nothing is refused", "WS_ERR_INVALID_OPCODE", {
    opcode: OPCODE.more,
    payload: utf8("of what?"),
  }),
  broken("a continuation behind the last fragment is refused", "WS_ERR_INVALID_OPCODE", {
    opcode: OPCODE.more,
    isFinal: false,
  }),
  broken(
    "a message that begins within another is refused",
    "WS_ERR_INVALID_OPCODE",
    text("one", { isFinal: false }),
    text("another"),
  ),
];

/** Texts whose characters take one to four bytes, up to the ends of their ranges. */
const TEXTS = [
  "Käse, σίγουρα, 日本語, 🧀",
  "\u{0}\u{7f}\u{80}\u{7ff}\u{800}\u{ffff}\u{10000}\u{10ffff}",
  "\u{d7ff}\u{e000}\u{fffd}\u{fdd0}\u{1fffe}",
];
/** Bytes that are no UTF-8. */
const NO_TEXTS: readonly (readonly [what: string, payload: Uint8Array])[] = [
  ["a byte that only continues", bytes(0x80)],
  ["a character without its end", bytes(0x41, 0xe6, 0x97)],
  ["a slash in two bytes", bytes(0xc0, 0xaf)],
  ["a slash in four bytes", bytes(0xf0, 0x80, 0x80, 0xaf)],
  ["half a surrogate pair", bytes(0xed, 0xa0, 0x80)],
  ["a surrogate pair", bytes(0xed, 0xa0, 0xbd, 0xed, 0xb7, 0x80)],
  ["a number above the last character", bytes(0xf4, 0x90, 0x80, 0x80)],
  ["five bytes for one character", bytes(0xf8, 0x88, 0x80, 0x80, 0x80)],
  ["a byte of none", bytes(0x61, 0xff, 0x62)],
];

const CHARACTERS: readonly FrameCase[] = [
  ...TEXTS.flatMap((content, i): FrameCase[] => [
    { name: `text ${i} comes back`, send: [text(content)], answer: [text(content)] },
    {
      name: `text ${i} comes back where every byte is a fragment`,
      send: inFragments(text(""), ...[...utf8(content)].map((byte) => bytes(byte))),
      answer: [text(content)],
    },
    {
      name: `text ${i} comes back where every byte is written for itself`,
      send: [text(content)],
      answer: [text(content)],
      isChopped: true,
    },
  ]),
  ...NO_TEXTS.flatMap(([what, payload]): FrameCase[] => [
    {
      name: `a text with ${what} is refused`,
      send: [HELLO, text(payload)],
      answer: [HELLO, NOT_UTF8],
      fault: "WS_ERR_INVALID_UTF8",
    },
    {
      name: `a text in fragments with ${what} is refused`,
      send: [HELLO, ...inFragments(text(""), ...[...payload].map((byte) => bytes(byte)))],
      answer: [HELLO, NOT_UTF8],
      fault: "WS_ERR_INVALID_UTF8",
    },
  ]),
];

/** A close that breaks a rule. */
function brokenClose(
  name: string,
  fault: string,
  payload: Uint8Array,
  answer = REFUSED,
): FrameCase {
  return { name, send: [HELLO, { opcode: OPCODE.close, payload }], answer: [HELLO, answer], fault };
}

const CLOSES: readonly FrameCase[] = [
  { name: "a close without a status is answered with none", send: [close()], answer: [close()] },
  ...[1_000, 1_001, 1_002, 1_003, 1_007, 1_008, 1_009, 1_010, 1_011, 3_000, 3_999, 4_000, 4_999]
    .map((status): FrameCase => ({
      name: `a close with ${status} is answered with it`,
      send: [close(status, "weil")],
      answer: [close(status, "weil")],
    })),
  {
    name: "a close with a reason of 123 bytes is answered with it",
    send: [close(1_000, "ü".repeat(61) + "x")],
    answer: [close(1_000, "ü".repeat(61) + "x")],
  },
  {
    name: "nothing behind a close is answered",
    send: [HELLO, close(1_000), text("more"), ping(utf8("more")), close(1_001)],
    answer: [HELLO, close(1_000)],
  },
  {
    name: "a close that comes byte by byte is answered",
    send: [close(4_321, "Stück für Stück")],
    answer: [close(4_321, "Stück für Stück")],
    isChopped: true,
  },
  ...[0, 999, 1_004, 1_005, 1_006, 1_015, 1_016, 1_100, 2_000, 2_999, 5_000, 65_535].map((status) =>
    brokenClose(
      `a close with ${status} is refused`,
      "WS_ERR_INVALID_CLOSE_CODE",
      bytes(status >> 8, status & 255),
    )
  ),
  brokenClose(
    "a close of one byte is refused",
    "WS_ERR_INVALID_CONTROL_PAYLOAD_LENGTH",
    bytes(3),
  ),
  brokenClose(
    "a close with a reason of 124 bytes is refused",
    "WS_ERR_INVALID_CONTROL_PAYLOAD_LENGTH",
    bytes(3, 232, ...pattern(124)),
  ),
  brokenClose(
    "a close whose reason is no UTF-8 is refused",
    "WS_ERR_INVALID_UTF8",
    bytes(3, 232, 0xce, 0xba, 0xe1),
    NOT_UTF8,
  ),
];

/** What an endpoint is to do with frames, group by group. None of it is the tunnel's business. */
export const FRAME_CASES: Readonly<Record<string, readonly FrameCase[]>> = {
  "messages and frames": FRAMES,
  "pings and pongs": PINGS,
  "fragments": FRAGMENTS,
  "characters": CHARACTERS,
  "closes": CLOSES,
};
