import { isSameAddress, socketAddress } from "./_socket_address.ts";
import { type SocketCalls, socketCalls } from "./_socket_calls.ts";

/** Descriptors are given out from the lowest free number up: so many unused in a row are most often the end. */
const GAP = 1_024;

/** A listener whose socket Deno keeps to itself. */
interface Listening {
  readonly addr: Deno.NetAddr;
}

/**
 * Lets what a listener accepts from now on send small pieces at once. Deno gives its TLS connections no way to ask
 * for that, and then an answer may wait 40 ms for the client to acknowledge the one before. On Linux connections
 * take the setting over from their listener.
 *
 * @returns whether it was done: on Linux, where the C library may be called
 */
export function acceptWithoutDelay(listener: Listening): boolean {
  return onSockets(listener, (calls, descriptor) => calls.noDelay(descriptor));
}

/**
 * Lets the second of two listeners on one port have all new connections, so that the first can be closed once it
 * has accepted what is on its way to it: a listener that is closed resets what it has not accepted.
 *
 * @returns whether it was done; else both go on to share
 */
export function preferSecondListener(listener: Listening): boolean {
  return onSockets(listener, (calls, descriptor) => calls.preferListener(descriptor, 1));
}

/** Does something to every socket that listens where this listener does. @returns whether any could be done */
function onSockets(
  listener: Listening,
  action: (calls: SocketCalls, descriptor: number) => boolean,
): boolean {
  const calls = socketCalls();
  // Deno 2.7 leaves the transport out of the address of a TLS listener.
  const address = socketAddress({ ...listener.addr, transport: "tcp" });
  if (!calls || !address) return false;
  let isDone = false;
  let unused = 0;
  for (let descriptor = 0; unused < GAP; descriptor++) {
    const own = calls.ownName(descriptor);
    unused = own ? 0 : unused + 1;
    // Connections that were accepted have the listener's address, too, and a peer.
    if (!own || !isSameAddress(own, address) || calls.peerName(descriptor)) continue;
    isDone = action(calls, descriptor) || isDone;
  }
  return isDone;
}
