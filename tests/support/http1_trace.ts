import assert from "node:assert/strict";
import type { FieldList } from "../../src/http1/fields.ts";
import type { Limits } from "../../src/http1/limits.ts";
import { RequestReader } from "../../src/http1/request_reader.ts";
import { ResponseReader } from "../../src/http1/response_reader.ts";
import { STEP, type Step } from "../../src/http1/step.ts";

/** Gives text as bytes, one a character. */
export function toBytes(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

/** Gives bytes as text, one character each. */
export function toText(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
}

/** Options of the tracers. */
export interface TraceOptions {
  readonly limits?: Limits;
  /** Asks for chunks with their frames. */
  readonly framed?: boolean;
  /** Whether the connection ends after the last part. */
  readonly close?: boolean;
  /** For responses: what each request was; the last one stands for all further ones. */
  readonly expected?: readonly { isHead?: boolean; asksUpgrade?: boolean }[];
  /** Stands on both sides of the bytes a reader is given: it must not be seen. */
  readonly poison?: string;
}

/** What a tracer works on. */
interface Traced {
  readonly reader: RequestReader | ResponseReader;
  /** Describes a head that was found. */
  head(bytes: Uint8Array, base: number): string;
  /** Runs before the first byte and after each end. */
  ready(): void;
}

/** Gives all that a reader of requests finds in these parts, one line an event; content in one piece. */
export function traceRequests(parts: readonly string[], options: TraceOptions = {}): string[] {
  const reader = new RequestReader(options.limits);
  const head = (bytes: Uint8Array, base: number) => {
    const { method, target, version, fields } = reader.resolved(reader.head(bytes, base));
    const facts = [
      `framing ${reader.framing} ${reader.length}`,
      reader.keepAlive ? "keeps" : "closes",
      reader.upgrade ? "upgrade" : "",
      reader.expectsContinue ? "continue" : "",
      reader.takesTrailers ? "trailers" : "",
      reader.isHead ? "head" : "",
    ];
    return `HEAD ${method} ${target} ${version} ${linesOf(fields)} (${join(facts)})`;
  };
  return trace({ reader, head, ready: () => {} }, parts, options);
}

/** Gives all that a reader of responses finds in these parts. */
export function traceResponses(parts: readonly string[], options: TraceOptions = {}): string[] {
  const reader = new ResponseReader(options.limits);
  const expected = [...options.expected ?? [{}]];
  const head = (bytes: Uint8Array, base: number) => {
    const { status, reason, fields } = reader.head(bytes, base);
    const facts = [
      `framing ${reader.framing} ${reader.length}`,
      reader.keepAlive ? "keeps" : "closes",
    ];
    return `HEAD ${status} ${reason} ${linesOf(fields)} (${join(facts)})`;
  };
  const ready = () => {
    const next = expected.shift();
    if (next) reader.expect(next.isHead ?? false, next.asksUpgrade ?? false);
  };
  return trace({ reader, head, ready }, parts, options);
}

const join = (facts: readonly string[]) => facts.filter((fact) => fact !== "").join(", ");

function linesOf(fields: FieldList): string {
  return `[${Array.from(fields, ([name, value]) => `${name}=${value}`).join("|")}]`;
}

function trace(traced: Traced, parts: readonly string[], options: TraceOptions): string[] {
  const events: string[] = [];
  const poison = options.poison ?? "";
  let unread = "";
  traced.ready();
  for (const part of parts) {
    // New memory for each part, with something else around it, as if the driver had moved its bytes.
    const bytes = toBytes(poison + unread + part + poison);
    const end = bytes.length - poison.length;
    const at = feed(traced, bytes, poison.length, end, options, events);
    if (at < 0) return events;
    unread = toText(bytes.subarray(at, end));
  }
  if (options.close) {
    const { reader } = traced;
    const step = reader instanceof RequestReader ? reader.close(unread.length) : reader.close();
    events.push(ending(step, reader));
  }
  return events;
}

function ending(step: Step, reader: RequestReader | ResponseReader): string {
  if (step === STEP.ERROR) return `ERROR ${reader.error}`;
  return step === STEP.END ? "END" : "CLOSED";
}

/** Gives the offset of the first byte that was not passed, or -1 after an error or a switch. */
function feed(
  traced: Traced,
  bytes: Uint8Array,
  from: number,
  end: number,
  options: TraceOptions,
  events: string[],
): number {
  const { reader } = traced;
  let start = from;
  for (;;) {
    const step = reader.next(bytes, start, end);
    const { position } = reader;
    assert(position >= start && position <= end, "position lies in the slice");
    switch (step) {
      case STEP.MORE:
        return position;
      case STEP.HEAD:
        events.push(traced.head(bytes, start));
        if (options.framed) reader.framed = true;
        break;
      case STEP.INTERIM:
        events.push(`INTERIM ${traced.head(bytes, start)}`);
        break;
      case STEP.CONTENT:
        assert(reader.from >= start && reader.to <= position && reader.from < reader.to);
        addContent(events, toText(bytes.subarray(reader.from, reader.to)));
        break;
      case STEP.END: {
        const trailers = reader.trailers(bytes);
        events.push(trailers ? `END ${linesOf(trailers)}` : "END");
        traced.ready();
        // An idle reader of responses takes nothing more: told by its error where there is more.
        if (position === end) return position;
        break;
      }
      case STEP.SWITCHED:
        events.push(`SWITCHED ${traced.head(bytes, start)}`);
        return -1;
      case STEP.ERROR:
        assert(reader.error !== undefined);
        events.push(`ERROR ${reader.error}`);
        assert.equal(reader.next(bytes, start, end), STEP.ERROR, "an error stays");
        return -1;
    }
    start = position;
  }
}

function addContent(events: string[], text: string): void {
  const last = events.at(-1);
  if (last?.startsWith("CONTENT ")) events[events.length - 1] = last + text;
  else events.push(`CONTENT ${text}`);
}

/** Gives the text cut at each of these places. */
export function cutAt(text: string, places: readonly number[]): string[] {
  return [0, ...places].map((from, i) => text.slice(from, places[i]));
}

/** Gives numbers from 0 up to below 1 that are the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
