import assert from "node:assert/strict";
import { EventStream } from "../../../src/pages/_event_stream.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

function stage() {
  const left = { times: 0 };
  return { left, stream: new EventStream(() => left.times++) };
}

Deno.test("EventStream gives what was sent in order, and waits for more", async () => {
  const { stream } = stage();
  stream.send(bytes("a"));
  stream.send(bytes("b"));
  assert.equal(stream.state(), "bytes");
  assert.deepEqual([await stream.read(), await stream.read()], [bytes("a"), bytes("b")]);
  assert.equal(stream.state(), "waiting");
  const next = stream.read();
  stream.send(bytes("c"));
  assert.deepEqual(await next, bytes("c"));
});

Deno.test("EventStream.end() lets be read what was sent, then ends it", async () => {
  const { stream, left } = stage();
  stream.send(bytes("a"));
  stream.end();
  stream.send(bytes("b"));
  stream.end();
  assert.deepEqual([await stream.read(), await stream.read(), left.times], [bytes("a"), null, 1]);
  assert.equal(stream.state(), "end");
});

Deno.test("EventStream.end() ends a read that waits", async () => {
  const { stream } = stage();
  const next = stream.read();
  stream.end();
  assert.equal(await next, null);
});

Deno.test("EventStream gives up a reader that leaves too much unread", async () => {
  const { stream, left } = stage();
  for (let n = 0; n < 5; n++) stream.send(new Uint8Array(100 * 1024));
  assert.equal(left.times, 0);
  stream.send(new Uint8Array(100 * 1024));
  assert.equal(left.times, 1);
  await assert.rejects(stream.read(), /too slow/);
});

Deno.test("EventStream holds back nothing for a reader that has read all", async () => {
  const { stream, left } = stage();
  for (let n = 0; n < 50; n++) {
    stream.send(new Uint8Array(100 * 1024));
    await stream.read();
  }
  assert.equal(left.times, 0);
});

Deno.test("EventStream takes an event that is larger than what may wait, where none waits", async () => {
  const { stream, left } = stage();
  stream.send(new Uint8Array(1024 * 1024));
  assert.equal((await stream.read())?.length, 1024 * 1024);
  assert.equal(left.times, 0);
});

Deno.test("EventStream.cancel() says once that the reader has left", () => {
  const { stream, left } = stage();
  stream.cancel();
  stream.cancel();
  assert.equal(left.times, 1);
});
