import { within } from "./executable_wait.ts";

/** An answer that was read from the connection itself. */
export interface RawAnswer {
  /** As it came: status line and field lines. */
  readonly head: string;
  readonly text: string;
  /** The client's own port on this connection. */
  readonly localPort: number;
}

/** Sends a request on a connection of its own, which `Connection: close` in the head shall end. */
export async function rawRequest(
  url: string,
  head: readonly string[],
  content: AsyncIterable<Uint8Array> | Iterable<Uint8Array> = [],
): Promise<RawAnswer> {
  const { hostname, port } = new URL(url);
  using connection = await Deno.connect({ hostname, port: Number(port) });
  const answer = new Response(connection.readable).text();
  const sent = send(connection, head, content);
  // An answer may come before all is sent: what counts is the answer.
  sent.catch(() => {});
  const text = await within("the raw answer", answer);
  const end = text.indexOf("\r\n\r\n");
  const answerHead = text.slice(0, end);
  const rest = text.slice(end + 4);
  return {
    head: answerHead,
    text: /^transfer-encoding: *chunked/im.test(answerHead) ? joined(rest) : rest,
    localPort: (connection.localAddr as Deno.NetAddr).port,
  };
}

async function send(
  connection: Deno.Conn,
  head: readonly string[],
  content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): Promise<void> {
  await writeAll(connection, new TextEncoder().encode(`${head.join("\r\n")}\r\n\r\n`));
  for await (const piece of content) await writeAll(connection, piece);
}

async function writeAll(connection: Deno.Conn, bytes: Uint8Array): Promise<void> {
  for (let rest = bytes; rest.length > 0;) rest = rest.subarray(await connection.write(rest));
}

/** Joins the chunks of an answer in ASCII. */
function joined(chunks: string): string {
  const [, size = "0"] = /^([0-9a-f]+)/i.exec(chunks) ?? [];
  const length = parseInt(size, 16);
  if (length === 0) return "";
  const start = chunks.indexOf("\r\n") + 2;
  return chunks.slice(start, start + length) + joined(chunks.slice(start + length + 2));
}
