/** What a broken rule is answered with. */
export interface ParseRule {
  /** Status for a request that breaks the rule. A response that does is always a 502. */
  readonly status: 400 | 414 | 431 | 501 | 505;
  /** Says what is wrong, for the log and local clients; never holds a byte of the message. */
  readonly message: string;
}

const bad = (message: string): ParseRule => ({ status: 400, message });

/** Every way a message can break HTTP/1.1 or a limit. The names are stable: alerts are written on them. */
export const PARSE_ERRORS = {
  "bare-cr": bad("A carriage return stands alone: lines end with CR LF"),
  "bare-lf": bad("A line feed stands alone: lines end with CR LF"),
  "leading-whitespace": bad("The head begins with white space or more than one empty line"),
  "invalid-request-line": bad("The request line is not a method, a target and a version"),
  "invalid-method": bad("The method is not a token"),
  "method-too-long": { status: 501, message: "The method is longer than any that is known" },
  "invalid-target": bad("The request target has none of the forms its method may use"),
  "invalid-target-character": bad("The request target holds a character it may not hold"),
  "target-too-long": { status: 414, message: "The request target is longer than its limit" },
  "invalid-version": bad("The version is not HTTP/1.0 or HTTP/1.1"),
  "unsupported-version": { status: 505, message: "The version is neither HTTP/1.0 nor HTTP/1.1" },
  "invalid-status-line": bad("The status line is not a version, three digits and a reason"),
  "head-too-large": { status: 431, message: "The head is larger than its limit" },
  "too-many-fields": { status: 431, message: "The message has more fields than its limit" },
  "empty-name": bad("A field has no name"),
  "invalid-name": bad("The name of a field is not a token"),
  "space-before-colon": bad("White space stands in the name of a field or before its colon"),
  "missing-colon": bad("A field line has no colon"),
  "folded-line": bad("A field line begins with white space: folded lines are obsolete"),
  "invalid-value": bad("The value of a field holds a control character"),
  "missing-host": bad("A request of HTTP/1.1 has no Host"),
  "repeated-host": bad("The request has more than one Host"),
  "invalid-host": bad("Host is not the name or address of a host with or without a port"),
  "repeated-content-length": bad("The message has more than one Content-Length"),
  "invalid-content-length": bad("Content-Length is not a number of bytes"),
  "repeated-transfer-encoding": bad("The message has more than one Transfer-Encoding"),
  "invalid-transfer-encoding": bad("Transfer-Encoding is not exactly chunked"),
  "transfer-encoding-version": bad("A message of HTTP/1.0 has Transfer-Encoding"),
  "two-framings": bad("The message has both Content-Length and Transfer-Encoding"),
  "upgrade-with-content": bad("A request to switch protocols has content"),
  "too-many-connection-options": bad("Connection names more fields than its limit"),
  "invalid-chunk-size": bad("The size of a chunk is not a hexadecimal number of bytes"),
  "invalid-chunk-extension": bad("The extension of a chunk is malformed"),
  "chunk-line-too-long": bad("The line before a chunk is longer than its limit"),
  "chunk-overhead": bad("The chunks are too small for the bytes spent on framing them"),
  "missing-chunk-end": bad("A chunk is not followed by CR LF"),
  "trailers-too-large": bad("The trailer section is larger than its limit"),
  "forbidden-trailer": bad("The trailer section holds a field that frames or routes the message"),
  "truncated-head": bad("The connection ended within a head"),
  "truncated-content": bad("The connection ended within a content"),
  "unsolicited-response": bad("A response came that no request asked for"),
  "unsolicited-switch": bad("The response switches protocols and nobody asked for that"),
} as const satisfies Record<string, ParseRule>;

/** The name of one of {@linkcode PARSE_ERRORS}. */
export type ParseErrorCode = keyof typeof PARSE_ERRORS;

/** What a scanner gives where the slice ends before what it looks for does. */
export const MORE = -1;

const CODES = Object.keys(PARSE_ERRORS) as ParseErrorCode[];
const FAULTS = new Map(CODES.map((code, i) => [code, MORE - 1 - i]));

/** Gives the number below {@linkcode MORE} by which a scanner reports an error where others give offsets. */
export function fault(code: ParseErrorCode): number {
  return FAULTS.get(code)!;
}

/** Tells which error a number below {@linkcode MORE} stands for. */
export function faultCode(number: number): ParseErrorCode {
  return CODES[MORE - 1 - number]!;
}
