import type { Deadline, Deadlines } from "../contract/deadlines.ts";
import type { Client } from "../contract/exchange.ts";
import { LONGEST_PROXY_HEADER, readProxyHeader } from "./proxy_protocol.ts";

/** Who speaks on a connection, and what of it was read with the PROXY header. */
export interface Proxied {
  readonly client: Client;
  readonly unread: Uint8Array;
}

/**
 * Reads the PROXY header that a connection begins with. Resolves with nothing, and the connection closed, where
 * there is none, a wrong one, or none in time.
 *
 * @param limitMs how long it may take
 */
export async function readProxied(
  conn: Deno.Conn,
  peer: Client,
  deadlines: Deadlines,
  limitMs: number,
): Promise<Proxied | undefined> {
  const deadline: Deadline = { at: deadlines.now() + limitMs, expired: () => close(conn) };
  const bytes = new Uint8Array(LONGEST_PROXY_HEADER);
  deadlines.add(deadline);
  try {
    for (let end = 0;;) {
      const count = await conn.read(bytes.subarray(end));
      if (count === null) break;
      end += count;
      const header = readProxyHeader(bytes.subarray(0, end));
      if (header.at === "error") break;
      if (header.at === "more") continue;
      const unread = bytes.subarray(header.used, end);
      if (header.at === "local") return { client: peer, unread };
      const secure = peer.secure || (header.secure ?? false);
      return { client: { ...header.source, secure, local: peer.local }, unread };
    }
  } catch {
    // It broke, or was too slow.
  } finally {
    deadlines.delete(deadline);
  }
  close(conn);
}

function close(conn: Deno.Conn): void {
  try {
    conn.close();
  } catch {
    // Closed already.
  }
}
