import type { ConnectionTimes } from "./_connection_times.ts";
import type { Http1Input } from "./_http1_input.ts";

/** How long what a refused client still sends is passed over, so that it can read its answer. Milliseconds. */
const LINGER_MS = 1_000;
/** How much of a content nobody wanted is read, so that the connection may go on. Bytes. */
const PASSED_OVER = 256 * 1_024;

/**
 * Reads what is left of a content, where that is little, so that the connection may go on.
 *
 * @returns whether that was all
 */
export async function passRest(input: Http1Input): Promise<boolean> {
  for (let left = PASSED_OVER; !input.isComplete;) {
    const piece = await input.content();
    left -= piece?.length ?? 0;
    if (left < 0) return false;
  }
  return true;
}

/** Ends our side, and passes over what a client still sends: closing on it would take the answer from it again. */
export async function linger(
  conn: Deno.Conn,
  input: Http1Input,
  times: ConnectionTimes,
): Promise<void> {
  if (input.isComplete && !input.hasBegun && !input.reader.error) return;
  times.readRest(LINGER_MS);
  await conn.closeWrite();
  const scratch = new Uint8Array(4_096);
  for (let left = PASSED_OVER; left > 0;) {
    const count = await input.raw(scratch);
    if (count === null) return;
    left -= count;
  }
}
