/**
 * Numbers of the field names the host treats in a special way or asks for often. A parser notes them, so that
 * later work compares numbers where it would compare text. All numbers are below {@linkcode FIELD_IDS}.
 */
export const FIELD = {
  /** Any other name. */
  OTHER: 0,
  HOST: 1,
  CONNECTION: 2,
  CONTENT_LENGTH: 3,
  TRANSFER_ENCODING: 4,
  EXPECT: 5,
  UPGRADE: 6,
  TE: 7,
  // The numbers above are those that the rules of a head look at: LAST_RULED.
  TRAILER: 8,
  KEEP_ALIVE: 9,
  PROXY_CONNECTION: 10,
  PROXY_AUTHORIZATION: 11,
  PROXY_AUTHENTICATE: 12,
  HTTP2_SETTINGS: 13,
  FORWARDED: 14,
  VIA: 15,
  X_FORWARDED_FOR: 16,
  X_FORWARDED_PROTO: 17,
  X_FORWARDED_HOST: 18,
  X_FORWARDED_PREFIX: 19,
  X_REAL_IP: 20,
  /** Every name that begins with `MS-ASPNETCORE`. @see ANCM F-11 */
  MS_ASPNETCORE: 21,
  ACCEPT: 22,
  ACCEPT_ENCODING: 23,
  ACCEPT_LANGUAGE: 24,
  AUTHORIZATION: 25,
  CACHE_CONTROL: 26,
  CONTENT_ENCODING: 27,
  CONTENT_TYPE: 28,
  CONTENT_RANGE: 29,
  COOKIE: 30,
  DATE: 31,
  ETAG: 32,
  IF_MODIFIED_SINCE: 33,
  IF_NONE_MATCH: 34,
  LAST_MODIFIED: 35,
  LOCATION: 36,
  ORIGIN: 37,
  RANGE: 38,
  REFERER: 39,
  RETRY_AFTER: 40,
  SEC_WEBSOCKET_ACCEPT: 41,
  SEC_WEBSOCKET_EXTENSIONS: 42,
  SEC_WEBSOCKET_KEY: 43,
  SEC_WEBSOCKET_PROTOCOL: 44,
  SEC_WEBSOCKET_VERSION: 45,
  SERVER: 46,
  SET_COOKIE: 47,
  USER_AGENT: 48,
  VARY: 49,
  WWW_AUTHENTICATE: 50,
  X_POWERED_BY: 51,
} as const;

/** One of {@linkcode FIELD}. */
export type FieldId = typeof FIELD[keyof typeof FIELD];

/** One more than the highest number: the length of a table over them. */
export const FIELD_IDS = 52;

/** The highest number that the rules of a head look at. */
export const LAST_RULED = 7;

const NAMES: readonly string[] = Object.keys(FIELD).map((key) =>
  key.toLowerCase().replaceAll("_", "-")
);
const IDS = new Map(NAMES.map((name, id) => [name, id]));
const PREFIX = NAMES[FIELD.MS_ASPNETCORE]!;

// All names in one row of bytes, and lists of those that share a length and their outer letters.
const LETTERS = Uint8Array.from(NAMES.join(""), (letter) => letter.charCodeAt(0));
const STARTS = new Uint16Array(FIELD_IDS + 1);
const FIRST = new Uint8Array(256);
const NEXT = new Uint8Array(FIELD_IDS);

const slot = (length: number, first: number, last: number) =>
  (length * 11 + first * 5 + last * 29) & 255;

NAMES.forEach((name, id) => {
  STARTS[id + 1] = STARTS[id]! + name.length;
  if (id === FIELD.OTHER || id === FIELD.MS_ASPNETCORE) return;
  const place = slot(name.length, name.charCodeAt(0), name.charCodeAt(name.length - 1));
  NEXT[id] = FIRST[place]!;
  FIRST[place] = id;
});

/** Compares bytes that are a token with the letters of a known name. */
function isName(bytes: Uint8Array, from: number, id: number): boolean {
  // For the letters, digits and hyphens of known names, setting bit 5 of a token is exactly lower case.
  const start = STARTS[id]!;
  const length = STARTS[id + 1]! - start;
  for (let i = 0; i < length; i++) {
    if ((bytes[from + i]! | 32) !== LETTERS[start + i]!) return false;
  }
  return true;
}

/** Tells which known name the token from `from` up to `to` is, whatever its case; at least one byte. */
export function recognise(bytes: Uint8Array, from: number, to: number): number {
  const length = to - from;
  const first = bytes[from]! | 32;
  if (first === 109 && length >= 13 && isName(bytes, from, FIELD.MS_ASPNETCORE)) {
    return FIELD.MS_ASPNETCORE;
  }
  let id = FIRST[slot(length, first, bytes[to - 1]! | 32)]!;
  while (id !== 0) {
    if (STARTS[id + 1]! - STARTS[id]! === length && isName(bytes, from, id)) return id;
    id = NEXT[id]!;
  }
  return FIELD.OTHER;
}

/** Tells the number of a name in lower case. */
export function fieldId(name: string): number {
  if (name.startsWith(PREFIX)) return FIELD.MS_ASPNETCORE;
  return IDS.get(name) ?? FIELD.OTHER;
}

/** Gives the name in lower case of a number, or nothing for those that stand for several names. */
export function fieldName(id: number): string | undefined {
  return id === FIELD.OTHER || id === FIELD.MS_ASPNETCORE ? undefined : NAMES[id];
}

/** Makes a table over the numbers in which those given are marked with 1. */
export function fieldSet(...ids: FieldId[]): Uint8Array {
  const marked = new Uint8Array(FIELD_IDS);
  for (const id of ids) marked[id] = 1;
  return marked;
}
