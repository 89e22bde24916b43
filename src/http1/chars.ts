/** Carriage return. */
export const CR = 13;
/** Line feed. */
export const LF = 10;
/** Space. */
export const SP = 32;
/** Horizontal tab. */
export const HTAB = 9;
/** `:` */
export const COLON = 58;
/** `,` */
export const COMMA = 44;

/** Makes a table over all byte values out of a rule for one of them. */
function table(rule: (byte: number) => number): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, byte) => rule(byte));
}

const isAlpha = (byte: number) => (byte | 32) >= 97 && (byte | 32) <= 122;
const isDigit = (byte: number) => byte >= 48 && byte <= 57;
const isOneOf = (marks: string, byte: number) => marks.includes(String.fromCharCode(byte));

/**
 * For each byte: its lower case where it may stand in a token, else 0.
 *
 * @see RFC 9110 §5.6.2
 */
export const TOKEN: Uint8Array = table((byte) => {
  if (isAlpha(byte)) return byte | 32;
  return isDigit(byte) || isOneOf("!#$%&'*+-.^_`|~", byte) ? byte : 0;
});

/**
 * For each byte: 1 where it may stand in a field value or a reason phrase, else 0.
 *
 * @see RFC 9110 §5.5
 */
export const VALUE: Uint8Array = table((byte) =>
  byte === HTAB || (byte >= SP && byte !== 127) ? 1 : 0
);

/**
 * For each byte: 1 where it may stand in a request target, else 0. Wider than RFC 3986, because the
 * target passes unchanged and browsers do send `|`, `\` and raw UTF-8; but no fragment.
 */
export const TARGET: Uint8Array = table((byte) => byte > SP && byte !== 127 && byte !== 35 ? 1 : 0);

/** For each byte: its worth as a hexadecimal digit, or 255. */
export const HEX: Uint8Array = table((byte) => {
  if (isDigit(byte)) return byte - 48;
  return (byte | 32) >= 97 && (byte | 32) <= 102 ? (byte | 32) - 87 : 255;
});

/** For each byte: 1 where it may stand in the name of a host; as http.sys and Kestrel have it. */
export const HOST: Uint8Array = table((byte) =>
  isAlpha(byte) || isDigit(byte) || isOneOf("!$&'()-._~", byte) ? 1 : 0
);
