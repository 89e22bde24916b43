import type { Reply } from "../contract/exchange.ts";
import { connectionOption, replyFraming, type RequestReader } from "../http1/mod.ts";
import type { Http1Input } from "./_http1_input.ts";
import { type Http1Output, UnsendableHead } from "./_http1_output.ts";

/** Tells whether another request may follow on the connection, as far as a request and its answer say. */
export function mayPersist(input: Http1Input, reply: Reply): boolean {
  const { reader, isComplete, hasBegun } = input;
  const { head, content } = reply;
  if (!reader.keepAlive || reader.isConnect || reply.endsConnection) return false;
  // To a client that knows no chunks only the end of the connection tells the end.
  if (reader.minor === 0 && content.length === undefined && !reader.isHead) return false;
  // Bytes behind a refused upgrade may be no HTTP.
  if (reader.upgrade && hasBegun) return false;
  // A client that was refused, or never told to go on, may send its content or not.
  return isComplete || (head.status < 400 && !reader.expectsContinue);
}

/**
 * Sends the answer to the request that was read last.
 *
 * @param persists whether another request may follow
 * @throws {UnsendableHead} where it cannot be sent
 * @throws {BrokenContent} when its content fails or is not as long as was said
 */
export async function sendAnswer(
  output: Http1Output,
  reader: RequestReader,
  reply: Reply,
  persists: boolean,
): Promise<void> {
  const { head, content } = reply;
  if (head.status < 200) throw new UnsendableHead("an interim status at the end");
  const framing = replyFraming({
    minor: reader.minor,
    isHead: reader.isHead,
    status: head.status,
    length: content.length,
  });
  // Says in `Connection` what the version does not say already.
  const option = connectionOption(reader.minor, persists);
  const framed = option
    ? { ...reply, head: { ...head, fields: head.fields.with("Connection", option) } }
    : reply;
  await output.reply(framed, framing, reader.takesTrailers);
}
