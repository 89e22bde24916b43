import assert from "node:assert/strict";
import { TransportFault } from "../../src/gateway/transport.ts";
import { eventually } from "../support/eventually.ts";
import { answering, RawBackend, type RawConnection } from "../support/raw_backend.ts";
import { pieces, RawWire, textOf } from "../support/raw_wire.ts";

const OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

/** A backend that tells when the host has closed a connection, and how many it has. */
function watched(script = answering("ok")) {
  const connections: RawConnection[] = [];
  return {
    connections,
    script(connection: RawConnection, request: Parameters<typeof script>[1]) {
      if (!connections.includes(connection)) connections.push(connection);
      return script(connection, request);
    },
  };
}

Deno.test("one connection serves one exchange after the other (ANCM F-28)", async () => {
  await using wire = new RawWire();
  for (let i = 0; i < 5; i++) assert.equal(await wire.text(), "ok");
  assert.equal(wire.backend.connectionCount, 1);
});

Deno.test("the fields of an answer stay its own when the connection has served another", async () => {
  let count = 0;
  await using wire = new RawWire((connection) =>
    connection.send(`HTTP/1.1 200 OK\r\nX-Id: ${++count}\r\nContent-Length: 2\r\n\r\nok`)
  );
  const first = await wire.send();
  const edited = first.head.fields.appended("X-More", "a");
  assert.equal(await textOf(first.content), "ok");
  assert.equal((await wire.send()).head.fields.get("X-Id"), "2");
  assert.equal(wire.backend.connectionCount, 1);
  assert.deepEqual([first.head.fields.get("X-Id"), edited.get("X-Id")], ["1", "1"]);
});

for (
  const [what, answer] of Object.entries({
    "the backend says close": "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok",
    "the backend speaks HTTP/1.0": "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok",
    "bytes follow the answer": `${OK}HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison`,
  })
) {
  Deno.test(`a connection is not used again where ${what}`, async () => {
    await using wire = new RawWire((connection) => connection.send(answer));
    assert.equal(await wire.text(), "ok");
    assert.equal(await wire.text(), "ok");
    assert.equal(wire.backend.connectionCount, 2);
  });
}

Deno.test("a connection that the backend closes while it rests never meets a request (A11)", async () => {
  const { connections, script } = watched();
  await using wire = new RawWire(script);
  assert.equal(await wire.text(), "ok");
  await connections[0]?.endSending();
  await connections[0]?.closed();
  // A POST is never sent again: it would fail on the closed connection.
  assert.equal(await wire.text({ method: "POST" }), "ok");
  assert.equal(wire.backend.connectionCount, 2);
});

Deno.test("bytes that come while a connection rests end it (PG smuggling)", async () => {
  const { connections, script } = watched();
  await using wire = new RawWire(script);
  assert.equal(await wire.text(), "ok");
  await connections[0]?.send("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison");
  await connections[0]?.closed();
  assert.equal(await wire.text(), "ok");
  assert.equal(wire.backend.connectionCount, 2);
});

Deno.test("the connection that rested last is taken first, the others after a minute are closed", async () => {
  const go = Promise.withResolvers<void>();
  const { connections, script } = watched(async (connection, request) => {
    await go.promise;
    await answering("ok")(connection, request);
  });
  await using wire = new RawWire(script);
  const both = [wire.text(), wire.text()];
  await eventually(() => connections.length === 2);
  go.resolve();
  await Promise.all(both);
  await wire.clock.advance(40_000);
  assert.equal(await wire.text(), "ok");
  await wire.clock.advance(25_000);
  const closed = await Promise.race(connections.map(async (connection) => {
    await connection.closed();
    return connection;
  }));
  assert.equal(await wire.text(), "ok");
  assert.equal(wire.backend.connectionCount, 2, "the one used after 40 s is still there");
  await wire.clock.advance(65_000);
  await Promise.all(connections.filter((one) => one !== closed).map((one) => one.closed()));
  assert.equal(await wire.text(), "ok");
  assert.equal(wire.backend.connectionCount, 3);
});

Deno.test("what rests for a target that has vanished is closed at once, what is in use after its exchange", async () => {
  const go = Promise.withResolvers<void>();
  const { connections, script } = watched(async (connection, request) => {
    if (request.line.startsWith("SLOW")) await go.promise;
    await answering("ok")(connection, request);
  });
  await using wire = new RawWire(script);
  const slow = wire.text({ method: "SLOW" });
  await eventually(() => connections.length === 1);
  assert.equal(await wire.text(), "ok");
  wire.transport.retain([{ ...wire.target, id: 2 }]);
  await connections[1]?.closed();
  go.resolve();
  assert.equal(await slow, "ok");
  await connections[0]?.closed();
});

Deno.test("a GET that a kept connection swallowed is sent once more on a new one (design row R-10)", async () => {
  let count = 0;
  await using wire = new RawWire((connection) =>
    ++count === 2 ? connection.close() : connection.send(OK)
  );
  await wire.text();
  assert.equal(await wire.text(), "ok");
  assert.equal(wire.backend.requests.length, 3);
  assert.equal(wire.backend.connectionCount, 2);
});

Deno.test("a GET is sent twice at most (design row R-10)", async () => {
  let count = 0;
  await using wire = new RawWire((connection) =>
    ++count > 1 ? connection.close() : connection.send(OK)
  );
  await wire.text();
  await assert.rejects(() => wire.text(), (error) => {
    return error instanceof TransportFault && error.kind === "broken";
  });
  assert.equal(wire.backend.requests.length, 3);
});

for (
  const [what, send, end] of [
    ["POST without content", { method: "POST" }, ""],
    ["POST with content", { method: "POST", content: pieces(2, "hi") }, ""],
    ["DELETE", { method: "DELETE" }, ""],
    ["GET with content", { content: pieces(2, "hi") }, ""],
    ["GET of whose answer a byte came", {}, "H"],
  ] as const
) {
  Deno.test(`a ${what} that a kept connection swallowed is not sent again (design row R-10)`, async () => {
    let count = 0;
    await using wire = new RawWire(async (connection) => {
      if (++count === 1) return await connection.send(OK);
      await connection.send(end);
      connection.close();
    });
    await wire.text();
    await assert.rejects(() => wire.text(send), /ended the connection/);
    assert.equal(wire.backend.requests.length, 2);
  });
}

Deno.test({
  name: "a POST of which nothing could be written is sent on a new connection (design row R-10)",
  ignore: Deno.build.os !== "linux",
  async fn() {
    const { connections, script } = watched();
    await using wire = new RawWire(script);
    await wire.text();
    // Nothing lies between the two: the connection still rests for all the host knows.
    connections[0]?.reset();
    assert.equal(await wire.text({ method: "POST" }), "ok");
    assert.equal(wire.backend.requests.length, 2);
  },
});

Deno.test("what a request's content does after its answer does not touch the connection's next exchange", async () => {
  const go = Promise.withResolvers<void>();
  const next = Promise.withResolvers<void>();
  await using wire = new RawWire(async (connection, request) => {
    if (request.line.startsWith("POST")) await connection.take(3);
    else await next.promise;
    await connection.send(OK);
  });
  const content = pieces(3, "abc", go.promise, new Error("late"));
  assert.equal(await wire.text({ method: "POST", content }), "ok");
  const second = wire.text({ fields: [["Content-Length", "0"]] });
  go.resolve();
  await new Promise((resolve) => setTimeout(resolve, 0));
  next.resolve();
  assert.equal(await second, "ok");
  assert.deepEqual([wire.backend.requests.length, wire.backend.connectionCount], [2, 1]);
});

Deno.test("a GET that a new connection broke off is not sent again by the transport", async () => {
  await using wire = new RawWire((connection) => connection.close());
  await assert.rejects(() => wire.text(), /ended the connection without an answer/);
  assert.equal(wire.backend.requests.length, 1);
});

Deno.test("no connection is a refusal, and says on which port", async () => {
  await using wire = new RawWire();
  await using other = new RawBackend();
  other.die();
  const target = { id: 1, generation: 1, port: other.port, token: "t" };
  await assert.rejects(() => wire.text({ target }), (error) => {
    return error instanceof TransportFault && error.kind === "refused" &&
      error.message.includes(String(other.port));
  });
});

Deno.test("64 exchanges at a time each get their own answer", async () => {
  const waiting: (() => void)[] = [];
  await using wire = new RawWire(async (connection, { fields }) => {
    if (waiting.length < 64) {
      const { promise, resolve } = Promise.withResolvers<void>();
      if (waiting.push(resolve) === 64) waiting.forEach((go) => go());
      await promise;
    }
    const text = fields.find(([name]) => name === "X-Number")?.[1] ?? "";
    await connection.send(`HTTP/1.1 200 OK\r\nContent-Length: ${text.length}\r\n\r\n${text}`);
  });
  const numbers = Array.from({ length: 64 }, (_, i) => `number ${i}`);
  for (let round = 0; round < 3; round++) {
    const texts = await Promise.all(
      numbers.map((number) => wire.text({ fields: [["X-Number", number]] })),
    );
    assert.deepEqual(texts, numbers);
  }
  assert.equal(wire.backend.connectionCount, 64);
});
