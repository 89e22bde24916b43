import { randomFillSync } from "node:crypto";
import { Buffer } from "node:buffer";
import type { Handler } from "../contract/module.ts";

/** Bytes of a trace's id and of a span's. */
const TRACE_BYTES = 16;
const SPAN_BYTES = 8;
/** Made for many requests at a time. */
const POOL = Buffer.alloc(256 * (TRACE_BYTES + SPAN_BYTES));
let used = POOL.length;

/** Version 00; neither id is all zeros; version ff is never valid. @see W3C Trace Context §3.2 */
const VALID =
  /^(?!ff)[\da-f]{2}-(?!0{32})[\da-f]{32}-(?!0{16})[\da-f]{16}-[\da-f]{2}(?:$|(?<!^00.{53})-)/;

/**
 * Gives each request that has no valid `traceparent` a new one, before anything else sees it: the backend, its
 * traces and the access log then speak of the same request. One that a client sent is passed on as it is.
 *
 * @see W3C Trace Context §4.3
 */
export function traced(handler: Handler): Handler {
  return (x) => {
    const { fields } = x.request;
    const values = fields.getAll("traceparent");
    if (values.length === 1 && VALID.test(values[0] ?? "")) return handler(x);
    // What belonged to the other trace says nothing about the new one.
    const own = values.length === 0 ? fields : fields.without(["traceparent", "tracestate"]);
    x.request = { ...x.request, fields: own.appended("traceparent", newTraceparent()) };
    return handler(x);
  };
}

/** The flag says that it may be recorded, as it would be without any `traceparent`. */
function newTraceparent(): string {
  return `00-${randomId(TRACE_BYTES)}-${randomId(SPAN_BYTES)}-01`;
}

function randomId(bytes: number): string {
  if (used + bytes > POOL.length) {
    randomFillSync(POOL);
    used = 0;
  }
  const id = POOL.toString("hex", used, used += bytes);
  return /^0+$/.test(id) ? randomId(bytes) : id;
}
