import { type SocketCalls, socketCalls } from "./_socket_calls.ts";
import { isSameAddress, type SocketAddress, socketAddress } from "./_socket_address.ts";

/** Descriptors are given out from the lowest free number up: so many unused in a row are most often the end. */
const GAP = 1_024;

/**
 * Breaks a connection off at once, even while a write to it is blocked: the write rejects, and `close()`, which is
 * still to be called, really closes. Over TCP the peer sees a reset and no regular end. Works on Linux, and where no
 * other connection of this process has the same two addresses: always over TCP, on a Unix socket only for the one
 * client there is.
 *
 * On Deno 2.7 nothing else ends a connection whose write is blocked; fixed by denoland/deno#36369.
 *
 * @param conn not closed yet: the addresses of one that is may be another's by now
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
  return calls.breakOff(descriptor);
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
  let end = GAP;
  for (let descriptor = 0; descriptor < end; descriptor++) {
    if (look(descriptor)) end = descriptor + GAP;
  }
  if (found.length === 0) openDescriptors().forEach(look);
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
