import { Buffer } from "node:buffer";
import { Duplex } from "node:stream";

/** Bytes of one read. */
const READ_BYTES = 64 * 1_024;

/** A connection as the stream that Node's libraries want. */
export class ConnDuplex extends Duplex {
  readonly #conn: Deno.Conn;

  constructor(conn: Deno.Conn) {
    super({ allowHalfOpen: true });
    this.#conn = conn;
  }

  override _read(): void {
    const buffer = Buffer.allocUnsafe(READ_BYTES);
    this.#conn.read(buffer).then(
      (count) => this.push(count === null ? null : buffer.subarray(0, count)),
      (error) => this.destroy(error),
    );
  }

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error) => void): void {
    this.#writeAll(chunk).then(() => done(), done);
  }

  override _final(done: (error?: Error) => void): void {
    this.#conn.closeWrite().then(() => done(), () => done());
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    try {
      this.#conn.close();
    } catch { /* closed before */ }
    done(error);
  }

  async #writeAll(chunk: Uint8Array): Promise<void> {
    for (let rest = chunk; rest.length > 0;) rest = rest.subarray(await this.#conn.write(rest));
  }
}
