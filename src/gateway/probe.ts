/**
 * Tells whether something accepts connections on a port of 127.0.0.1.
 *
 * @throws the signal's reason when it is aborted
 */
export async function probe(port: number, signal: AbortSignal): Promise<boolean> {
  signal.throwIfAborted();
  try {
    using connection = await Deno.connect({ hostname: "127.0.0.1", port, signal });
    // A connection from a free port of the ephemeral range to itself succeeds: nobody listens there.
    return (connection.localAddr as Deno.NetAddr).port !== port;
  } catch {
    signal.throwIfAborted();
    return false;
  }
}
