import type { ByteStream } from "../contract/exchange.ts";
import type { BackendConnection } from "./backend_connection.ts";

/** The backend's end of a connection that has switched protocols. */
export class BackendStream implements ByteStream {
  readonly unread: Uint8Array;

  readonly #connection: BackendConnection;
  readonly #conn: Deno.TcpConn;
  readonly #onClose: () => void;

  /** @param onClose called when it is closed, perhaps more than once */
  constructor(connection: BackendConnection, onClose: () => void) {
    const { conn, unread } = connection.takeOver();
    this.#connection = connection;
    this.#conn = conn;
    this.unread = unread;
    this.#onClose = onClose;
  }

  read(into: Uint8Array): Promise<number | null> {
    return this.#conn.read(into);
  }

  write(bytes: Uint8Array): Promise<void> {
    return this.#connection.write(bytes);
  }

  closeWrite(): Promise<void> {
    return this.#conn.closeWrite();
  }

  close(): void {
    this.#connection.close();
    this.#onClose();
  }
}
