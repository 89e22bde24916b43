import assert from "node:assert/strict";
import { Cancellation } from "../../src/contract/cancellation.ts";
import { TransportFault } from "../../src/gateway/transport.ts";
import type { Content } from "../../src/contract/exchange.ts";
import { eventually } from "../support/eventually.ts";
import { answering } from "../support/raw_backend.ts";
import { rawExchange } from "../support/raw_exchange.ts";
import { rawStage } from "../support/raw_stage.ts";
import { pieces, RawWire, textOf } from "../support/raw_wire.ts";

const MIB = 1024 * 1024;

const isFault = (kind: TransportFault["kind"]) => (error: unknown) =>
  error instanceof TransportFault && error.kind === kind;

/** Echoes the content of a request as it came, once this much of it is there. */
function echoing(count: number) {
  return async (connection: Parameters<ReturnType<typeof answering>>[0]) => {
    const raw = await connection.take(count);
    await connection.send(`HTTP/1.1 200 OK\r\nContent-Length: ${raw.length}\r\n\r\n${raw}`);
  };
}

Deno.test("content of known length goes out as it is, in one piece with the head where it is there", async () => {
  await using wire = new RawWire(echoing(6));
  const content = pieces(6, "abc", "def");
  assert.equal(await wire.text({ method: "POST", content }), "abcdef");
  assert.match(wire.backend.requests[0]?.head ?? "", /\r\nContent-Length: 6\r\n\r\n$/);
  assert.equal(await wire.text({ method: "POST", content: pieces(6, "abcdef") }), "abcdef");
  assert.equal(wire.backend.connectionCount, 1);
});

Deno.test("content of unknown length goes out in chunks, also a large one (ANCM F-32)", async () => {
  const large = "x".repeat(200_000);
  await using wire = new RawWire(async (connection) => {
    let text = "";
    for (;;) {
      const size = parseInt(await connection.takeThrough("\r\n"), 16);
      text += (await connection.take(size + 2)).slice(0, -2);
      if (size === 0) break;
    }
    await connection.send(`HTTP/1.1 200 OK\r\nContent-Length: ${text.length}\r\n\r\n${text}`);
  });
  for (let i = 0; i < 2; i++) {
    const content = pieces(undefined, "a", large, "b");
    assert.equal(await wire.text({ method: "POST", content }), `a${large}b`);
  }
  assert.match(wire.backend.requests[0]?.head ?? "", /\r\nTransfer-Encoding: chunked\r\n\r\n$/);
  assert.equal(wire.backend.connectionCount, 1);
});

Deno.test("no content is said as the client said it (PG Content-Length: 0)", async () => {
  await using wire = new RawWire();
  await wire.text({ method: "POST", fields: [["Content-Length", "0"]] });
  await wire.text({ method: "POST" });
  const heads = wire.backend.requests.map(({ head }) => head);
  assert.match(heads[0] ?? "", /Content-Length: 0/);
  assert.doesNotMatch(heads[1] ?? "", /Content-Length|Transfer-Encoding/);
});

for (
  const [what, parts] of [["longer", ["abc", "def"]], ["shorter", ["ab"]]] as const
) {
  Deno.test(`content ${what} than promised ends the exchange and never looks complete`, async () => {
    const seen = Promise.withResolvers<string>();
    await using wire = new RawWire(async (connection) => {
      seen.resolve(await connection.take(1_000));
    });
    const content = pieces(3, ...parts);
    await assert.rejects(() => wire.text({ method: "POST", content }), /The content is too/);
    assert.equal(await seen.promise, what === "longer" ? "abc" : "ab");
  });
}

Deno.test("content that fails ends the exchange with its error (ANCM F-37)", async () => {
  const closed = Promise.withResolvers<void>();
  await using wire = new RawWire(async (connection) => {
    await connection.closed();
    closed.resolve();
  });
  const content = pieces(10, "abc", new Error("the client left"));
  await assert.rejects(() => wire.text({ method: "POST", content }), /the client left/);
  await closed.promise;
});

Deno.test("an answer that is complete early ends the sending, and its connection (design row F-34)", async () => {
  const closed = Promise.withResolvers<void>();
  const never = Promise.withResolvers<void>();
  await using wire = new RawWire(async (connection, request) => {
    await answering("too large", "HTTP/1.1 413 Too Large")(connection, request);
    await connection.closed();
    closed.resolve();
  });
  const content = pieces(10, "abc", never.promise);
  const reply = await wire.send({ method: "POST", content });
  assert.equal(reply.head.status, 413);
  assert.equal(await textOf(reply.content), "too large");
  await closed.promise;
  never.resolve();
});

Deno.test("an answer to content that a backend refuses to read still arrives (design row F-34)", async () => {
  await using wire = new RawWire(async (connection, request) => {
    await answering("no", "HTTP/1.1 401 Unauthorized")(connection, request);
    await connection.endSending();
    connection.close();
  });
  const huge = "x".repeat(MIB);
  const content = pieces(64 * MIB, ...Array.from({ length: 64 }, () => huge));
  const reply = await wire.send({ method: "POST", content });
  assert.equal(reply.head.status, 401);
  assert.equal(await textOf(reply.content), "no");
});

Deno.test("content that an early answer left unread is cancelled (design row F-34)", async () => {
  await using stage = rawStage(answering("too large", "HTTP/1.1 413 Too Large"));
  const never = Promise.withResolvers<void>();
  const content = pieces(10, "abc", never.promise);
  const reply = await stage.handler(rawExchange([], content));
  assert.equal(content.cancelled, false);
  assert.equal(await textOf(reply.content), "too large");
  assert.equal(content.cancelled, true);
  never.resolve();
});

for (
  const [what, answer] of Object.entries({
    "shorter than its length (ANCM F-74)": "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc",
    "cut between chunks (ANCM F-75)":
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
    "cut within the last chunk":
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n",
  })
) {
  Deno.test(`an answer ${what} is broken`, async () => {
    await using wire = new RawWire(async (connection) => {
      await connection.send(answer);
      connection.close();
    });
    const { content } = await wire.send();
    await assert.rejects(() => textOf(content), isFault("broken"));
    await assert.rejects(() => content.read(), isFault("broken"));
  });
}

Deno.test("an answer with malformed chunks is invalid", async () => {
  await using wire = new RawWire((connection) =>
    connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nx\r\n")
  );
  const { content } = await wire.send();
  await assert.rejects(() => textOf(content), isFault("invalid"));
});

Deno.test("content until the connection ends is complete with an orderly end", async () => {
  await using wire = new RawWire(async (connection) => {
    await connection.send("HTTP/1.1 200 OK\r\n\r\nabc");
    connection.close();
  });
  const { content } = await wire.send();
  assert.equal(content.length, undefined);
  assert.equal(await textOf(content), "abc");
});

Deno.test("content until the connection ends is not complete where we ended it", async () => {
  const cancellation = new Cancellation();
  await using wire = new RawWire(async (connection) => {
    await connection.send("HTTP/1.1 200 OK\r\n\r\nabc");
    await connection.closed();
  });
  const { content } = await wire.send({ cancellation });
  await content.read();
  const next = content.read();
  cancellation.cancel(new Error("enough"));
  await assert.rejects(() => next, isFault("broken"));
});

Deno.test("state() says what read() gives without waiting, and leaves the last piece alone", async () => {
  const go = Promise.withResolvers<void>();
  await using wire = new RawWire(async (connection) => {
    await connection.send(
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n3\r\ndef\r\n",
    );
    await go.promise;
    await connection.send("0\r\n\r\n");
  });
  const { content } = await wire.send();
  const text = (piece: Uint8Array | null) => piece && new TextDecoder().decode(piece);
  const first = await content.read();
  assert.equal(content.state?.(), "bytes");
  assert.equal(text(first), "abc");
  assert.equal(text(await content.read()), "def");
  assert.equal(content.state?.(), "waiting");
  go.resolve();
  assert.equal(await content.read(), null);
  assert.equal(content.state?.(), "end");
  assert.equal(await content.read(), null);
});

const LARGE = Uint8Array.from({ length: 3 * MIB + 7 }, (_, i) => (i * 31 + (i >> 8)) & 255);

async function bytesOfAll(content: Content): Promise<Uint8Array> {
  const got: number[][] = [];
  for (let piece = await content.read(); piece; piece = await content.read()) got.push([...piece]);
  return Uint8Array.from(got.flat());
}

Deno.test("large answers pass unchanged, alone and at the same time", async () => {
  await using wire = new RawWire(async (connection) => {
    await connection.send(`HTTP/1.1 200 OK\r\nContent-Length: ${LARGE.length}\r\n\r\n`);
    await connection.send(LARGE);
  });
  for (const count of [1, 4, 4]) {
    const replies = await Promise.all(Array.from({ length: count }, () => wire.send()));
    const contents = await Promise.all(replies.map(({ content }) => bytesOfAll(content)));
    for (const content of contents) assert.deepEqual(content, LARGE);
  }
  assert.equal(wire.backend.connectionCount, 4);
});

Deno.test("a large answer in chunks of all sizes passes unchanged", async () => {
  await using wire = new RawWire(async (connection) => {
    await connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    let size = 1;
    for (let at = 0; at < LARGE.length; at += size) {
      size = (size * 7 + 3) % 9_973 + 1;
      const chunk = LARGE.subarray(at, at + size);
      const extension = "x".repeat(at % 60 + 1);
      await connection.send(`${chunk.length.toString(16)};extension=${extension}\r\n`);
      await connection.send(chunk);
      await connection.send("\r\n");
    }
    await connection.send("0\r\n\r\n");
  });
  assert.deepEqual(await bytesOfAll((await wire.send()).content), LARGE);
});

Deno.test("the fields of an answer hold until its content was read", async () => {
  await using wire = new RawWire(async (connection) => {
    await connection.send("HTTP/1.1 200 OK\r\nX-Head: a\r\nTransfer-Encoding: chunked\r\n\r\n");
    for (let i = 0; i < 40; i++) await connection.send(`400\r\n${"y".repeat(1_024)}\r\n`);
    await connection.send("0\r\n\r\n");
  });
  const first = await wire.send();
  for (let piece = await first.content.read(); piece; piece = await first.content.read()) {
    assert.deepEqual([...first.head.fields][0], ["X-Head", "a"]);
  }
});

Deno.test("the trailers of an answer hold although its connection serves the next exchange", async () => {
  let count = 0;
  await using wire = new RawWire((connection) =>
    connection.send(
      `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX-Count: ${++count}\r\n\r\n`,
    )
  );
  const first = await wire.send();
  assert.equal(await textOf(first.content), "");
  await wire.text();
  assert.equal(wire.backend.connectionCount, 1);
  assert.deepEqual([...first.content.trailers?.() ?? []], [["X-Count", "1"]]);
});

for (const when of ["before the answer", "within the answer"]) {
  Deno.test(`cancellation ${when} closes the backend's connection at once (ANCM F-70)`, async () => {
    const arrived = Promise.withResolvers<void>();
    const closed = Promise.withResolvers<void>();
    await using wire = new RawWire(async (connection) => {
      if (when !== "before the answer") {
        await connection.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc");
      }
      arrived.resolve();
      await connection.closed();
      closed.resolve();
    });
    const cancellation = new Cancellation();
    const text = assert.rejects(() => wire.text({ cancellation }), isFault("broken"));
    await arrived.promise;
    cancellation.cancel(new Error("gone"));
    await closed.promise;
    await text;
  });
}

Deno.test("cancel() of the answer's content closes the backend's connection (ANCM F-70)", async () => {
  const closed = Promise.withResolvers<void>();
  await using wire = new RawWire(async (connection) => {
    await connection.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc");
    await connection.closed();
    closed.resolve();
  });
  const { content } = await wire.send();
  content.cancel();
  await closed.promise;
});

Deno.test({
  name: "cancellation ends a connection whose write is blocked (PG slow reader)",
  ignore: Deno.build.os !== "linux",
  async fn() {
    const go = Promise.withResolvers<void>();
    const closed = Promise.withResolvers<void>();
    await using wire = new RawWire(async (connection) => {
      await go.promise;
      // It reads nothing: only a reset can tell it that the host has gone.
      await eventually(() => connection.send("x").then(() => false, () => true));
      closed.resolve();
    });
    const piece = "x".repeat(MIB);
    let count = 0;
    const content = {
      length: 1_000 * MIB,
      read() {
        count++;
        return Promise.resolve(Uint8Array.from(piece, (c) => c.charCodeAt(0)));
      },
      cancel() {},
    };
    const cancellation = new Cancellation();
    const text = assert.rejects(
      () => wire.text({ method: "POST", content, cancellation }),
      isFault("broken"),
    );
    let last = -1;
    for (let still = 0; still < 5;) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      still = count === last ? still + 1 : 0;
      last = count;
    }
    cancellation.cancel(new Error("gone"));
    await text;
    go.resolve();
    await closed.promise;
  },
});

Deno.test("what was cancelled before it began is not sent", async () => {
  await using wire = new RawWire();
  await wire.text();
  const cancellation = new Cancellation();
  cancellation.cancel(new Error("gone"));
  await assert.rejects(() => wire.text({ cancellation }));
  assert.equal(wire.backend.requests.length, 1);
});

for (
  const [what, method, head] of [
    ["HEAD", "HEAD", "200 OK\r\nContent-Length: 5"],
    ["HEAD that describes chunks", "HEAD", "200 OK\r\nTransfer-Encoding: chunked"],
    ["204", "GET", "204 No Content"],
    ["304", "GET", "304 Not Modified\r\nContent-Length: 5"],
    ["Content-Length: 0", "GET", "200 OK\r\nContent-Length: 0"],
  ] as const
) {
  Deno.test(`an answer without content (${what}) frees its connection at once, its fields hold`, async () => {
    let count = 0;
    await using wire = new RawWire((connection) =>
      connection.send(`HTTP/1.1 ${head}\r\nX-Count: ${++count}\r\n\r\n`)
    );
    const first = await wire.send({ method });
    const second = await wire.send({ method });
    assert.equal(wire.backend.connectionCount, 1);
    assert.deepEqual([first, second].map((reply) => reply.head.fields.get("X-Count")), ["1", "2"]);
    assert.equal(await first.content.read(), null);
  });
}
