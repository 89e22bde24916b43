import { type SocketCalls, socketCalls } from "./_socket_calls.ts";
import { isSameAddress, type SocketAddress, socketAddress } from "./_socket_address.ts";

/** Descriptors are given out from the lowest free number up: so many unused in a row are most often the end. */
const GAP = 1_024;

/**
 * Breaks a connection off at once, even while a write to it is blocked: the write rejects, and `close()`, which is
 * still to be called, really closes. Over TCP the peer sees a reset. Works on Linux, and where no other connection
 * of this process has the same two addresses: always over TCP, on a Unix socket only for the last client there.
 *
 * On Deno 2.7 nothing else ends a connection whose write is blocked; fixed by denoland/deno#36369.
 *
 * @returns false where it could not be done: the connection may stay open until its peer closes it
 */
export function resetConnection(conn: Deno.Conn): boolean {
  const calls = socketCalls();
  const [local, remote] = [socketAddress(conn.localAddr), socketAddress(conn.remoteAddr)];
  if (!calls || !local || !remote) return false;
  // Nothing here awaits: a descriptor cannot become another's between being found and being used.
  const found = descriptorsOf(calls, local, remote);
  const [descriptor] = found;
  if (descriptor === undefined || found.length > 1) return false;
  calls.resetOnClose(descriptor);
  return calls.shutdown(descriptor);
}

function descriptorsOf(calls: SocketCalls, local: SocketAddress, remote: SocketAddress): number[] {
  const found: number[] = [];
  const look = (descriptor: number): boolean => {
    const peer = calls.peerName(descriptor);
    if (!peer) return false;
    if (isSameAddress(peer, remote)) {
      const own = calls.ownName(descriptor);
      if (own && isSameAddress(own, local)) found.push(descriptor);
    }
    return true;
  };
  for (let descriptor = 0, unused = 0; unused < GAP; descriptor++) {
    unused = look(descriptor) ? 0 : unused + 1;
  }
  if (found.length === 0) for (const descriptor of openDescriptors()) look(descriptor);
  return found;
}

/** All of them, at about two microseconds each: slower than asking the system about each number. */
function openDescriptors(): number[] {
  try {
    return Array.from(Deno.readDirSync("/proc/self/fd"), ({ name }) => Number(name));
  } catch {
    return [];
  }
}
