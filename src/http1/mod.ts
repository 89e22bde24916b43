/**
 * HTTP/1.1 as bytes and states: reads requests and responses, writes heads, frames chunks. No I/O.
 *
 * Nothing here waits, touches a socket, or keeps a buffer. A driver owns one read buffer for each connection and a
 * buffer to write heads into; it may await its reads, be told of readiness or of completion.
 *
 * **Reading.** One {@linkcode RequestReader} for each client connection, which may lend it to another while no request
 * has begun, and one {@linkcode ResponseReader} for each backend connection. The driver calls
 * `next(buffer, start, end)` with the bytes it has not passed yet and goes on from `position`, until it gets `MORE`;
 * then it reads behind `end` (moving what is unread to the front, or to a larger buffer, as it likes) and calls again.
 * A head's `start` must be what it was before, wherever that byte now lies. Offsets of a head are relative to it, those
 * of content are absolute.
 *
 * | step | what to do |
 * | --- | --- |
 * | `HEAD` | read the facts on the reader; `head(buffer, start)` gives text and fields over the bytes |
 * | `INTERIM` | as `HEAD`, of a 1xx response: send it on, or not, and go on |
 * | `CONTENT` | the bytes from `from` up to `to`; set `framed` after the head to get chunks ready to send |
 * | `END` | the message is over, `trailers(buffer)` has what came after it; the next message begins at `position` |
 * | `SWITCHED` | a 101 that was asked for: what follows `position` is a tunnel |
 * | `ERROR` | `error` names the rule, {@linkcode PARSE_ERRORS} its status: answer and close; a response: 502 and close |
 * | `MORE` | read more; when the peer has closed, ask `close()` what that means |
 *
 * The fields of a head lie in the driver's bytes and in the reader: they hold while those bytes stay put and until the
 * next head is read. Keep the bytes of a head where they are for as long as the exchange lasts, or take
 * {@linkcode FieldList.detached}. Call `next` for a pipelined request only when the answer before it is out.
 * Read nothing after a request whose reader says `keepAlive` is false. Never pass `Connection` on, and `Upgrade` only
 * where the reader says `upgrade`: h2c with content, or what HTTP/1.0 ignores, is in order here and not behind us.
 * After a request with `upgrade` or `isConnect` that was answered otherwise, close if anything follows its head.
 *
 * **Writing.** {@linkcode writeRequestHead} and {@linkcode writeResponseHead} copy unchanged field lines as bytes and
 * make the framing fields fit; they give `NO_ROOM` where the buffer is too small. Content goes out as it lies in the
 * read buffer; {@linkcode frameChunk} makes a chunk around it in place; {@linkcode writeTrailers} or
 * {@linkcode LAST_CHUNK} ends it. What breaks off is never ended: close instead.
 *
 * @module
 */
export { CHUNK_AFTER, CHUNK_BEFORE, frameChunk, LAST_CHUNK } from "./chunk_writer.ts";
export { PARSE_ERRORS, type ParseErrorCode, type ParseRule } from "./errors.ts";
export { FIELD, type FieldId, fieldId, fieldSet } from "./field_names.ts";
export { type FieldLine, FieldList, type FieldSource, listMembers } from "./fields.ts";
export {
  connectionOption,
  FRAMING,
  type Framing,
  type ReplyFacts,
  replyFraming,
} from "./framing.ts";
export { type Limits, REQUEST_LIMITS, RESPONSE_LIMITS } from "./limits.ts";
export type { MessageReader } from "./message_reader.ts";
export { REASONS } from "./reasons.ts";
export { TARGET_FORM, type TargetForm } from "./request_line.ts";
export { type ReceivedRequest, RequestReader } from "./request_reader.ts";
export { type ReceivedResponse, ResponseReader } from "./response_reader.ts";
export { STEP, type Step } from "./step.ts";
export {
  type FieldLines,
  NO_ROOM,
  type RequestToWrite,
  type ResponseToWrite,
  writeRequestHead,
  writeResponseHead,
  writeTrailers,
} from "./writer.ts";
