import assert from "node:assert/strict";
import { resetConnection } from "../../src/server/_reset.ts";
import { type ConnectionKind, connectionPair } from "../support/connection_pair.ts";
import { eventually } from "../support/eventually.ts";
import "../support/open_socket_calls.ts";
import { descriptorsOf, kernelSocket } from "../support/kernel_sockets.ts";

const isLinux = Deno.build.os === "linux";
const portOf = (address: Deno.Addr) => (address as Deno.NetAddr).port;

/** Writes until the other end takes no more; afterwards tells what the write that waits failed with. */
async function blockedWrite(conn: Deno.Conn): Promise<{ readonly error: unknown }> {
  const bytes = new Uint8Array(1_000_000);
  const write = { count: 0, error: undefined as unknown };
  void (async () => {
    try {
      for (;;) write.count += await conn.write(bytes);
    } catch (error) {
      write.error = error;
    }
  })();
  let last = 0;
  await eventually(async () => {
    last = write.count;
    // Between two looks the system has time to take more.
    await new Promise((resolve) => setTimeout(resolve, 50));
    return last > 0 && write.count === last;
  });
  return write;
}

for (const kind of ["tcp", "tcp6", "dual", "tls"] as const) {
  Deno.test({
    name: `resetConnection() ends a ${kind} connection whose write is blocked, and its socket`,
    ignore: !isLinux,
    async fn() {
      using pair = await connectionPair(kind);
      const { server } = pair;
      const ports = [portOf(server.localAddr), portOf(server.remoteAddr)] as const;
      const write = await blockedWrite(server);
      const socket = kernelSocket(...ports);
      assert.ok(socket);
      assert.equal(descriptorsOf(socket), 1);
      assert.equal(resetConnection(server), true);
      server.close();
      await eventually(() => write.error instanceof Error, "The write still waits");
      await eventually(() => kernelSocket(...ports) === undefined, "The socket is still there");
      assert.equal(descriptorsOf(socket), 0);
    },
  });
}

Deno.test({
  name: "resetConnection() lets the peer see a reset, and no end",
  ignore: !isLinux,
  async fn() {
    using pair = await connectionPair("tcp");
    assert.equal(resetConnection(pair.server), true);
    pair.server.close();
    await assert.rejects(pair.client.read(new Uint8Array(1)), Deno.errors.ConnectionReset);
  },
});

Deno.test({
  name: "resetConnection() ends the end it is given, not the other one in the same process",
  ignore: !isLinux,
  async fn() {
    using pair = await connectionPair("tcp");
    using other = await connectionPair("tcp");
    assert.equal(resetConnection(pair.client), true);
    const portsOf = ({ localAddr, remoteAddr }: Deno.Conn) =>
      [portOf(localAddr), portOf(remoteAddr)] as const;
    assert.ok(kernelSocket(...portsOf(other.server)) && kernelSocket(...portsOf(other.client)));
    await assert.rejects(pair.server.read(new Uint8Array(1)), Deno.errors.ConnectionReset);
    await other.client.write(new Uint8Array(3));
    assert.equal(await other.server.read(new Uint8Array(8)), 3);
  },
});

Deno.test({
  name: "resetConnection() ends the client it is given, of many that came to one listener",
  ignore: !isLinux,
  async fn() {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    using stack = new DisposableStack();
    const { port } = listener.addr as Deno.NetAddr;
    const pairs = await Promise.all(Array.from({ length: 8 }, async () => {
      const client = stack.use(await Deno.connect({ hostname: "127.0.0.1", port }));
      return { client, server: stack.use(await listener.accept()) };
    }));
    const chosen = pairs[3]!.server;
    const peer = pairs.find(({ client }) => portOf(client.localAddr) === portOf(chosen.remoteAddr));
    assert.equal(resetConnection(chosen), true);
    await assert.rejects(peer!.client.read(new Uint8Array(1)), Deno.errors.ConnectionReset);
    for (const { client } of pairs) {
      if (client !== peer!.client) await client.write(new Uint8Array(3));
    }
    for (const { server } of pairs) {
      if (server !== chosen) assert.equal(await server.read(new Uint8Array(8)), 3);
    }
  },
});

Deno.test({
  name: "resetConnection() finds what came after it looked last, in the place of what has gone",
  ignore: !isLinux,
  async fn() {
    for (let round = 0; round < 3; round++) {
      using first = await connectionPair("tcp");
      using kept = await connectionPair("tcp");
      assert.equal(resetConnection(first.server), true);
      first.server.close();
      first.client.close();
      // Descriptors are given out from the lowest free number up.
      using second = await connectionPair("tcp");
      assert.equal(resetConnection(second.server), true);
      await assert.rejects(
        second.client.read(new Uint8Array(1)),
        Deno.errors.ConnectionReset,
      );
      await kept.client.write(new Uint8Array(3));
      assert.equal(await kept.server.read(new Uint8Array(8)), 3);
    }
  },
});

Deno.test({
  name: "resetConnection() finds a connection among descriptors with a wide gap before it",
  ignore: !isLinux,
  async fn() {
    const files = Array.from({ length: 1_500 }, () => Deno.openSync("/dev/null"));
    try {
      using pair = await connectionPair("tcp");
      for (const file of files.splice(0)) file.close();
      assert.equal(resetConnection(pair.server), true);
    } finally {
      for (const file of files) file.close();
    }
  },
});

Deno.test({
  name: "resetConnection() ends the only client of a Unix socket, and no one of two",
  ignore: !isLinux,
  async fn() {
    using pair = await connectionPair("unix");
    const write = await blockedWrite(pair.server);
    assert.equal(resetConnection(pair.server), true);
    await eventually(() => write.error instanceof Error, "The write still waits");

    using twice = await connectionPair("unix");
    const { path } = twice.server.localAddr as Deno.UnixAddr;
    using _second = await Deno.connect({ transport: "unix", path });
    using third = await Deno.connect({ transport: "unix", path });
    // Both of this side are named alike.
    assert.equal(resetConnection(third), false);
    await third.write(new Uint8Array(1));
  },
});

Deno.test("resetConnection() does nothing to a connection that is closed", async () => {
  for (const kind of ["tcp", "unix"] satisfies ConnectionKind[]) {
    const pair = await connectionPair(kind);
    pair[Symbol.dispose]();
    assert.equal(resetConnection(pair.server), false);
  }
});
