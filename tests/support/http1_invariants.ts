import assert from "node:assert/strict";
import { frameChunk, LAST_CHUNK } from "../../src/http1/chunk_writer.ts";
import { FIELD, fieldId, fieldSet } from "../../src/http1/field_names.ts";
import type { FieldList } from "../../src/http1/fields.ts";
import { FRAMING, type Framing, replyFraming } from "../../src/http1/framing.ts";
import { RequestReader } from "../../src/http1/request_reader.ts";
import { ResponseReader } from "../../src/http1/response_reader.ts";
import { STEP } from "../../src/http1/step.ts";
import { writeRequestHead, writeResponseHead, writeTrailers } from "../../src/http1/writer.ts";
import { cutAt, toBytes, toText, traceRequests, traceResponses } from "./http1_trace.ts";

/** What a side of the conversation is tried with. */
export type Side = "requests" | "responses";

/** A message as it counts, whatever its framing. */
interface Message {
  readonly start: string;
  readonly fields: readonly string[];
  content: string;
  trailers: readonly string[];
  framing: string;
}

/** Everything that must hold for any bytes. @throws AssertionError where something does not */
export function checkInvariants(side: Side, input: string, random: () => number): void {
  checkPieces(side, input, random);
  const relayed = relay(side, input);
  const again = relay(side, relayed.output);
  assert.deepEqual(again.messages, relayed.messages, "means the same");
  assert.equal(again.output, relayed.output, "is written the same the second time");
}

/** The same events whole, in pieces, and with frames kept. */
function checkPieces(side: Side, input: string, random: () => number): void {
  const trace = side === "requests" ? traceRequests : traceResponses;
  const options = { close: true, expected: side === "requests" ? [] : EXPECTED };
  const whole = trace([input], options);
  const places = Array.from({ length: 3 }, () => Math.floor(random() * (input.length + 1)));
  const pieces = cutAt(input, places.sort((a, b) => a - b));
  const poison = ["", "\r\n", "0\r\n\r\n", "\0"][Math.floor(random() * 4)]!;
  assert.deepEqual(trace(pieces, { ...options, poison }), whole, "is the same in pieces");
  const framed = trace([input], { ...options, framed: true });
  assert.deepEqual(
    trace(pieces, { ...options, poison, framed: true }),
    framed,
    "is the same in pieces with frames",
  );
  const isContent = (event: string) => event.startsWith("CONTENT ");
  assert.deepEqual(
    framed.filter((event) => !isContent(event)),
    whole.filter((event) => !isContent(event)),
    "is the same with frames",
  );
}

const EXPECTED = Array.from({ length: 20 }, () => ({}));

/** Reads all messages that are complete and writes them again, as a gateway would that changes nothing. */
function relay(side: Side, input: string): { messages: Message[]; output: string } {
  const bytes = toBytes(input);
  const reader = side === "requests" ? new RequestReader() : new ResponseReader();
  const messages: Message[] = [];
  let output = "";
  let position = 0;
  while (position < bytes.length) {
    if (reader instanceof ResponseReader) reader.expect(false, false);
    const found = relayOne(reader, bytes, position);
    if (!found) break;
    position = reader.position;
    messages.push(found.message);
    output += found.output;
  }
  return { messages, output };
}

function relayOne(
  reader: RequestReader | ResponseReader,
  bytes: Uint8Array,
  position: number,
): { message: Message; output: string } | undefined {
  let base = position;
  let step = reader.next(bytes, base, bytes.length);
  while (step === STEP.INTERIM) {
    base = reader.position;
    step = reader.next(bytes, base, bytes.length);
  }
  if (step !== STEP.HEAD) return undefined;
  const isRequest = reader instanceof RequestReader;
  const head = isRequest ? readRequest(reader, bytes, base) : readResponse(reader, bytes, base);
  const { message, framing } = head;
  let output = head.output;
  for (;;) {
    step = reader.next(bytes, reader.position, bytes.length);
    if (step === STEP.CONTENT) {
      const content = toText(bytes.subarray(reader.from, reader.to));
      message.content += content;
      output += framing === FRAMING.CHUNKED ? chunk(content) : content;
    } else if (step === STEP.END || reader.close(0) === STEP.END) {
      break;
    } else {
      return undefined;
    }
  }
  const trailers = reader.trailers(bytes);
  message.trailers = trailers ? linesOf(trailers) : [];
  if (framing === FRAMING.CHUNKED) output += endOf(trailers);
  return { message, output };
}

function readRequest(reader: RequestReader, bytes: Uint8Array, base: number) {
  const head = reader.head(bytes, base);
  checkHead(toText(bytes.subarray(base, reader.position)), head.fields, reader.framing);
  const { framing, length } = reader;
  const fields = reader.minor === 1 ? head.fields : raised(head.fields);
  const out = new Uint8Array(70_000);
  const end = writeRequestHead(out, 0, { ...head, fields }, framing, length);
  const message: Message = {
    start: `${head.method} ${head.target}`,
    fields: linesOf(fields),
    content: "",
    trailers: [],
    framing: `${framing} ${length}`,
  };
  return { message, framing, output: toText(out.subarray(0, end)) };
}

/** What goes on is HTTP/1.1: it needs a Host, and an Upgrade that HTTP/1.0 ignores would count. */
function raised(fields: FieldList): FieldList {
  const kept = fields.relayed(fieldSet(FIELD.CONNECTION, FIELD.UPGRADE), []);
  return kept.has("Host") ? kept : kept.with("Host", "");
}

function readResponse(reader: ResponseReader, bytes: Uint8Array, base: number) {
  const head = reader.head(bytes, base);
  const { status, contentLength: length } = reader;
  const framing = replyFraming({ minor: 1, isHead: false, status, length });
  const out = new Uint8Array(70_000);
  const end = writeResponseHead(out, 0, head, framing, length);
  const message: Message = {
    start: `${head.status} ${head.reason}`,
    fields: linesOf(head.fields),
    content: "",
    trailers: [],
    framing: framing === FRAMING.NONE ? "none" : `${length}`,
  };
  return { message, framing, output: toText(out.subarray(0, end)) };
}

/** What must be true of a head that was taken, said once more and in another way than the readers do. */
function checkHead(text: string, fields: FieldList, framing: Framing): void {
  const line = /^[!-9;-~]+ [!"$-~\x80-\xff]+ HTTP\/1\.[01]$/;
  const field = /^[!-9;-~]+:[\t -~\x80-\xff]*$/;
  const lines = text.replace(/^\r\n/, "").split("\r\n");
  assert.match(lines[0]!, line);
  assert(lines.slice(1, -2).every((each) => field.test(each)), "has well-formed field lines");
  assert.deepEqual(lines.slice(-2), ["", ""]);
  const lengths = fields.getAll("content-length");
  const codings = fields.getAll("transfer-encoding");
  assert(lengths.length + codings.length <= 1, "has one framing");
  assert.equal(framing === FRAMING.LENGTH, lengths.length === 1);
  assert.equal(framing === FRAMING.CHUNKED, codings.length === 1);
  if (codings.length > 0) assert.match(codings[0]!, /^chunked$/i);
  if (lengths.length > 0) assert.match(lengths[0]!, /^[0-9]+$/);
  assert(fields.getAll("host").length <= 1, "has one Host");
}

function linesOf(fields: FieldList): string[] {
  return Array.from(fields, ([name, value]) => `${name}: ${value}`).filter((line) => {
    const id = fieldId(line.slice(0, line.indexOf(":")).toLowerCase());
    return id !== FIELD.CONTENT_LENGTH && id !== FIELD.TRANSFER_ENCODING;
  });
}

function chunk(content: string): string {
  const bytes = toBytes(`${" ".repeat(10)}${content}  `);
  return toText(bytes.subarray(frameChunk(bytes, 10, 10 + content.length)));
}

function endOf(trailers: FieldList | undefined): string {
  if (!trailers) return toText(LAST_CHUNK);
  const out = new Uint8Array(20_000);
  return toText(out.subarray(0, writeTrailers(out, 0, trailers)));
}

const PIECES = [
  "\r\n",
  "\n",
  "\r",
  " ",
  "\t",
  ":",
  ",",
  ";",
  "=",
  '"',
  "\\",
  "0",
  "1",
  "a",
  "F",
  "\0",
  "\x7f",
  "\xff",
  "#",
  "/",
  "*",
  "@",
  "[::1]",
  "\r\n\r\n",
  "0\r\n\r\n",
  "1\r\nx\r\n",
  "5;a=b\r\nhello\r\n",
  "Content-Length: 5\r\n",
  "Transfer-Encoding: chunked\r\n",
  "Connection: close, x\r\n",
  "Connection: upgrade\r\nUpgrade: websocket\r\n",
  "Host: b\r\n",
  "X: 1\r\n",
  "HTTP/1.0",
  "HTTP/1.1",
  "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
  "HTTP/1.1 100 Continue\r\n\r\n",
  "CONNECT ",
  "OPTIONS * ",
  "http://c",
];

/** Gives one of the inputs with a few things changed in it. */
export function mutate(inputs: readonly string[], random: () => number): string {
  const pick = <T>(list: readonly T[]) => list[Math.floor(random() * list.length)]!;
  let text = pick(inputs);
  const changes = 1 + Math.floor(random() * 4);
  for (let i = 0; i < changes; i++) {
    const at = Math.floor(random() * (text.length + 1));
    const to = Math.min(text.length, at + Math.floor(random() * random() * 40));
    const between = [
      () => pick(PIECES),
      () => String.fromCharCode(Math.floor(random() * 256)),
      () => "",
      () => text.slice(at, to).repeat(2),
      () => pick(inputs).slice(Math.floor(random() * 80)).slice(0, 80),
      () => text.slice(at, to).toUpperCase(),
    ][Math.floor(random() * 6)]!();
    text = text.slice(0, at) + between + text.slice(random() < 0.5 ? at : to);
  }
  return text;
}
