import { isSameAddress, socketAddress } from "./_socket_address.ts";
import { socketCalls } from "./_socket_calls.ts";

/** Descriptors are given out from the lowest free number up: so many unused in a row are most often the end. */
const GAP = 1_024;

/**
 * Lets what a listener accepts from now on send small pieces at once. Deno gives its TLS connections no way to ask
 * for that, and then an answer may wait 40 ms for the client to acknowledge the one before. On Linux connections
 * take the setting over from their listener.
 *
 * @returns whether it was done: on Linux, where the C library may be called
 */
export function acceptWithoutDelay(listener: { readonly addr: Deno.Addr }): boolean {
  const calls = socketCalls();
  const address = socketAddress(listener.addr);
  if (!calls || !address) return false;
  let isDone = false;
  let unused = 0;
  for (let descriptor = 0; unused < GAP; descriptor++) {
    const own = calls.ownName(descriptor);
    unused = own ? 0 : unused + 1;
    // Connections that were accepted have the listener's address, too, and a peer.
    if (!own || !isSameAddress(own, address) || calls.peerName(descriptor)) continue;
    isDone = calls.noDelay(descriptor) || isDone;
  }
  return isDone;
}
