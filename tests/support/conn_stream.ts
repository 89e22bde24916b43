import type { ByteStream } from "../../src/contract/exchange.ts";
import { resetConnection } from "../../src/server/_reset.ts";

/** A connection as one side of a tunnel, closed as the host closes one. */
export function connStream(conn: Deno.Conn, unread: Uint8Array = new Uint8Array(0)): ByteStream {
  let writes = 0;
  return {
    unread,
    read: (into) => conn.read(into),
    async write(bytes) {
      writes++;
      try {
        for (let rest = bytes; rest.length > 0;) {
          rest = rest.subarray(await conn.write(rest));
        }
      } finally {
        writes--;
      }
    },
    closeWrite: () => conn.closeWrite(),
    close() {
      if (writes > 0) resetConnection(conn);
      try {
        conn.close();
      } catch { /* closed before */ }
    },
  };
}
