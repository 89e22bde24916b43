import { type SocketCalls, socketCalls } from "./_socket_calls.ts";
import {
  isSameAddress,
  isUnique,
  keyOf,
  type SocketAddress,
  socketAddress,
} from "./_socket_address.ts";

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

/** Where the system does not say how many there may be. */
const MOST_DESCRIPTORS = 65_536;

/** Descriptors by the addresses of their peers. */
type PeerIndex = Map<string, number[]>;

/** As it was when all were looked at last: what it says is asked again. Many connections may have to end at once. */
let lastIndex: WeakRef<PeerIndex> | undefined;

function descriptorsOf(calls: SocketCalls, local: SocketAddress, remote: SocketAddress): number[] {
  const key = keyOf(remote);
  const isIt = (descriptor: number): boolean => {
    const peer = calls.peerName(descriptor);
    if (!peer || !isSameAddress(peer, remote)) return false;
    const own = calls.ownName(descriptor);
    return own !== undefined && isSameAddress(own, local);
  };
  // One that is found is the one only where no other may have the same addresses.
  const known = isUnique(remote) ? lastIndex?.deref()?.get(key)?.filter(isIt) ?? [] : [];
  if (known.length > 0) return known;
  const index = indexOf(calls);
  lastIndex = new WeakRef(index);
  return index.get(key)?.filter(isIt) ?? [];
}

/** Asks the system about every descriptor, which is faster than to ask it first which there are. */
function indexOf(calls: SocketCalls): PeerIndex {
  const index: PeerIndex = new Map();
  const end = descriptorEnd();
  for (let descriptor = 0; descriptor < end; descriptor++) {
    const peer = calls.peerName(descriptor);
    if (!peer) continue;
    const key = keyOf(peer);
    const others = index.get(key);
    if (others) others.push(descriptor);
    else index.set(key, [descriptor]);
  }
  return index;
}

/** Gives a number that all descriptors are below. */
function descriptorEnd(): number {
  try {
    const size = /^FDSize:\s*(\d+)/m.exec(Deno.readTextFileSync("/proc/self/status"))?.[1];
    if (size !== undefined) return Number(size);
  } catch {
    // There is no such file here, or it may not be read.
  }
  return MOST_DESCRIPTORS;
}
