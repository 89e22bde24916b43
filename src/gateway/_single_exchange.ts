import { ResponseReader, STEP } from "../http1/mod.ts";

/** More than the reader takes for a head. */
const BUFFER_BYTES = 128 * 1_024;

/**
 * Sends a request without content over a connection of its own, and gives what `read` makes of the answer. The
 * signal closes the connection, so that whatever waits for it rejects.
 *
 * @param lines request line and fields
 */
export async function exchangeOver<T>(
  connection: Deno.Conn,
  lines: readonly string[],
  signal: AbortSignal,
  read: (connection: Deno.Conn) => Promise<T>,
): Promise<T> {
  const stop = () => connection.close();
  signal.addEventListener("abort", stop, { once: true });
  try {
    let rest = new TextEncoder().encode(`${lines.join("\r\n")}\r\n\r\n`);
    while (rest.length > 0) rest = rest.subarray(await connection.write(rest));
    return await read(connection);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

/**
 * Reads an answer to its end and gives its status.
 *
 * @param each takes each piece of content, valid during the call, and how many bytes there were so far; may throw
 * @throws {Error} saying why there is no whole answer
 */
export async function answerStatus(
  connection: Deno.Conn,
  each: (piece: Uint8Array, total: number) => void = () => {},
): Promise<number> {
  const reader = new ResponseReader();
  reader.expect(false, false);
  const buffer = new Uint8Array(BUFFER_BYTES);
  let start = 0;
  let end = 0;
  let hasEnded = false;
  for (;;) {
    const step = hasEnded ? reader.close() : reader.next(buffer, start, end);
    start = reader.position;
    if (step === STEP.END) return reader.status;
    if (step === STEP.ERROR) throw new Error(`It is no HTTP answer: ${reader.error}`);
    if (step === STEP.SWITCHED) throw new Error("It switches to another protocol");
    if (step === STEP.CONTENT) {
      each(buffer.subarray(reader.from, reader.to), reader.contentBytes);
    }
    if (step !== STEP.MORE) continue;
    buffer.copyWithin(0, start, end);
    end -= start;
    start = 0;
    const count = await connection.read(buffer.subarray(end));
    if (count === null) hasEnded = true;
    else end += count;
  }
}
