import assert from "node:assert/strict";
import { RequestReader } from "../../../src/http1/mod.ts";
import { Http1Input } from "../../../src/server/_http1_input.ts";
import { RequestReaders } from "../../../src/server/_request_readers.ts";
import { SERVER_LIMITS } from "../../../src/server/limits.ts";
import { eventually } from "../../support/eventually.ts";
import { bytesOf, latin1 } from "../../support/raw_client.ts";

/** A connection that gives what it is told to, and remembers how much it was asked for. */
class ScriptedConn {
  /** Bytes that each read had room for. */
  readonly asked: number[] = [];
  #unread = new Uint8Array(0);
  #wanting: { into: Uint8Array; resolve: (count: number | null) => void } | undefined;

  read(into: Uint8Array): Promise<number | null> {
    this.asked.push(into.length);
    return new Promise((resolve) => {
      this.#wanting = { into, resolve };
      this.#give();
    });
  }

  push(text: string): void {
    this.#unread = Uint8Array.from([...this.#unread, ...bytesOf(text)]);
    this.#give();
  }

  end(): void {
    this.#wanting?.resolve(null);
  }

  #give(): void {
    const wanting = this.#wanting;
    if (!wanting || this.#unread.length === 0) return;
    this.#wanting = undefined;
    const count = Math.min(this.#unread.length, wanting.into.length);
    wanting.into.set(this.#unread.subarray(0, count));
    this.#unread = this.#unread.slice(count);
    wanting.resolve(count);
  }
}

/** Counts the readers that are out. */
class CountedReaders extends RequestReaders {
  out = 0;

  override take(): RequestReader {
    this.out++;
    return super.take();
  }

  override give(reader: RequestReader): void {
    this.out--;
    super.give(reader);
  }
}

function stage() {
  const conn = new ScriptedConn();
  const readers = new CountedReaders(SERVER_LIMITS.request);
  let ends = 0;
  const observer = { onRead() {}, onBytes() {}, onEnd: () => void ends++ };
  const input = new Http1Input(conn as unknown as Deno.Conn, readers, observer);
  return { conn, readers, input, ends: () => ends };
}

/** A head of just so many bytes. */
function headOf(length: number, line = "GET / HTTP/1.1"): string {
  const start = `${line}\r\nHost: a\r\nX: `;
  return `${start}${"x".repeat(length - start.length - 4)}\r\n\r\n`;
}

/** What was read as the head. */
function text({ headBytes, headAt, reader }: Http1Input, length: number): string {
  assert.equal(reader.head(headBytes, headAt).fields.get("host"), "a");
  return latin1(headBytes.subarray(headAt, headAt + length));
}

Deno.test("head() finds heads of every size around those of the buffers, one after the other", async () => {
  const sizes = [40, 255, 300, 511, 512, 513, 600, 1_500, 2_047, 2_048, 2_049, 4_097, 9_000, 60];
  const { conn, input } = stage();
  for (const size of [...sizes, ...sizes.toReversed(), ...sizes]) {
    const head = headOf(size);
    const found = input.head();
    conn.push(head);
    assert.equal(await found, "head");
    assert.equal(text(input, size), head);
    input.watch();
  }
});

Deno.test("head() finds pipelined heads of every size in what came at once", async () => {
  const sizes = [40, 300, 512, 600, 2_048, 60, 70, 5_000, 80];
  const { conn, input } = stage();
  conn.push(sizes.map((size) => headOf(size)).join(""));
  for (const size of sizes) {
    assert.equal(await input.head(), "head");
    assert.equal(text(input, size), headOf(size));
    input.watch();
  }
});

Deno.test("an idle connection holds no reader and a small buffer", async () => {
  const { conn, readers, input } = stage();
  for (let i = 0; i < 20; i++) {
    const found = input.head();
    assert.equal(readers.out, 0);
    conn.push(headOf(60));
    assert.equal(await found, "head");
    assert.equal(readers.out, 1);
    input.watch();
  }
  assert.equal(input.headBytes.length, 512);
});

Deno.test("a connection whose requests do not fit gets room for them, and reads each at once", async () => {
  const { conn, input } = stage();
  for (let i = 0; i < 3; i++) {
    const found = input.head();
    const head = headOf(200, "POST / HTTP/1.1").replace("X: xx", "Content-Length: 1000\r\nX: xx");
    conn.push(`${head}${"y".repeat(1_000)}`);
    assert.equal(await found, "head");
    conn.asked.length = 0;
    let content = "";
    for (let piece = await input.content(); piece; piece = await input.content()) {
      content += latin1(piece);
    }
    assert.equal(content, "y".repeat(1_000));
    // Only the first needs more than one read; after each, its client is watched.
    assert.equal(conn.asked.length, i === 0 ? 2 : 1);
  }
  assert.equal(input.headBytes.length, 2_048);
});

Deno.test("watch() tells of the end while a head is kept, wherever it lies", async () => {
  for (const size of [60, 300, 511, 512, 513, 2_047, 2_048, 2_049]) {
    const { conn, input, ends } = stage();
    const found = input.head();
    conn.push(headOf(size));
    await found;
    input.watch();
    conn.end();
    await eventually(() => ends() === 1);
    assert.equal(text(input, size), headOf(size));
  }
});
