import assert from "node:assert/strict";
import { dotnetTest, publishedApp } from "../support/dotnet.ts";
import { runHost, type RunningHost } from "../support/executable.ts";
import { isRunning, variableOf } from "../support/executable_processes.ts";
import { editedCopy } from "../support/executable_sites.ts";
import { secureSite } from "../support/executable_tls.ts";
import { until } from "../support/executable_wait.ts";
import { FrameSocket, OPCODE } from "../support/websocket_client.ts";
import { backendOf, type Facts } from "./_example_app.ts";

const KIBIBYTE = 1024;
const MEBIBYTE = 1024 * KIBIBYTE;

/** Bytes in which a lost, repeated or moved block shows. */
function pattern(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (i * 7 + (i >> 8)) & 255);
}

function assertSame(actual: Uint8Array, expected: Uint8Array): void {
  assert.equal(actual.length, expected.length);
  // A deep comparison of megabytes takes long, and its message longer.
  assert.ok(actual.every((byte, i) => byte === expected[i]), "a byte differs");
}

/** Sends messages of many kinds and expects each back. */
async function echoes(socket: FrameSocket): Promise<void> {
  assert.equal(socket.status, 101, socket.head);
  for (const length of [0, 1, 125, 126, 65_535, 65_536, 8 * MEBIBYTE]) {
    const sent = pattern(length);
    const [back] = await Promise.all([socket.message(), socket.send(OPCODE.binary, sent)]);
    assert.equal(back.opcode, OPCODE.binary);
    assertSame(back.payload, sent);
  }
  await socket.send(OPCODE.text, "Grüße");
  assert.equal(await socket.text(), "Grüße");
}

/** Closes as the protocol wants it, and expects the same. */
async function closes(socket: FrameSocket): Promise<void> {
  await socket.send(OPCODE.close, Uint8Array.of(3, 232));
  const close = await socket.frame();
  assert.equal(close?.opcode, OPCODE.close);
  assert.deepEqual([...close.payload.subarray(0, 2)], [3, 232]);
  assert.equal(await socket.frame(), undefined);
}

dotnetTest("messages of every size come back through the host (ANCM W-5)", async () => {
  await using host = await runHost({ dir: await publishedApp("example") });
  using socket = await FrameSocket.open(`${host.url}/ws`);
  await echoes(socket);
  await closes(socket);
});

dotnetTest("messages of every size come back over TLS (ANCM W-5)", async () => {
  await using site = await secureSite();
  await using host = await runHost({ dir: await publishedApp("example"), args: site.args });
  const url = await site.urlOf(host);
  using socket = await FrameSocket.open(`${url}/ws`, { caCerts: [site.cert] });
  await echoes(socket);
  await closes(socket);
});

dotnetTest("a message in fragments, with a ping between, comes back whole", async () => {
  await using host = await runHost({ dir: await publishedApp("example") });
  using socket = await FrameSocket.open(`${host.url}/ws`);
  await socket.send(OPCODE.text, "one ", false);
  await socket.send(OPCODE.more, "two ", false);
  await socket.send(OPCODE.ping, "are you there");
  await socket.send(OPCODE.more, "three");
  const frames = [];
  for (let text = ""; !text.endsWith("three");) {
    const frame = await socket.frame();
    assert.ok(frame);
    if (frame.opcode === OPCODE.pong) {
      assert.equal(new TextDecoder().decode(frame.payload), "are you there");
    } else text += new TextDecoder().decode(frame.payload);
    frames.push(frame.opcode);
  }
  assert.ok(frames.includes(OPCODE.pong));
  assert.equal(frames[0], OPCODE.text);
});

dotnetTest("a frame that comes byte by byte, and two in one piece, come back", async () => {
  await using host = await runHost({ dir: await publishedApp("example") });
  using socket = await FrameSocket.open(`${host.url}/ws`);
  // Masked with zeros.
  const frame = Uint8Array.of(129, 130, 0, 0, 0, 0, 104, 105);
  for (const byte of frame) await socket.write(Uint8Array.of(byte));
  assert.equal(await socket.text(), "hi");
  await socket.write(Uint8Array.from([...frame, ...frame]));
  assert.equal(await socket.text(), "hi");
  assert.equal(await socket.text(), "hi");
});

dotnetTest("the answer to a handshake is Kestrel's own, extensions and protocols too", async () => {
  await using host = await runHost({ dir: await publishedApp("example") });
  const { pid, port } = await backendOf(host);
  const token = await variableOf(pid, "ASPNETCORE_TOKEN");
  const fields = [
    "Sec-WebSocket-Protocol: chat, echo",
    "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits",
  ];
  using through = await FrameSocket.open(`${host.url}/ws`, { fields });
  using straight = await FrameSocket.open(`http://127.0.0.1:${port}/ws`, {
    fields: [...fields, `MS-ASPNETCORE-TOKEN: ${token}`],
  });
  const linesOf = ({ head }: FrameSocket) =>
    head.trimEnd().split("\r\n").filter((line) => !line.startsWith("Date:")).sort();
  assert.deepEqual(linesOf(through), linesOf(straight));
  assert.ok(linesOf(through).includes("Sec-WebSocket-Protocol: echo"), through.head);
});

dotnetTest("the app sees the handshake's fields as they were sent", async () => {
  await using host = await runHost({ dir: await publishedApp("example") });
  const fields = [
    "Sec-WebSocket-Protocol: chat, echo",
    "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits",
  ];
  const facts = await handshakeFacts(host, fields);
  assert.deepEqual(facts.get("sec-websocket-protocol"), ["chat, echo"]);
  assert.deepEqual(facts.get("sec-websocket-extensions"), [
    "permessage-deflate; client_max_window_bits",
  ]);
  assert.deepEqual(facts.get("upgrade"), ["websocket"]);
});

dotnetTest(
  'webSocket enabled="false" keeps the upgrade from the app (ANCM E-14, W-9)',
  async () => {
    await using site = await editedCopy(
      await publishedApp("example"),
      (text) => text.replace("<aspNetCore ", '<webSocket enabled="false" /><aspNetCore '),
    );
    await using host = await runHost({ dir: site.path });
    const { facts } = await backendOf(host);
    assert.equal(facts.variables["ASPNETCORE_IIS_WEBSOCKETS_SUPPORTED"], "false");
    using socket = await FrameSocket.open(`${host.url}/ws`);
    assert.equal(socket.status, 426);
    assert.equal((await handshakeFacts(host)).get("upgrade"), undefined);
  },
);

dotnetTest("the app is told that WebSockets can be had (ANCM E-14)", async () => {
  await using host = await runHost({ dir: await publishedApp("example") });
  const { facts } = await backendOf(host);
  assert.equal(facts.variables["ASPNETCORE_IIS_WEBSOCKETS_SUPPORTED"], "true");
});

dotnetTest("a stop closes an open WebSocket with 1001 (ANCM W-8)", async () => {
  await using host = await runHost({ dir: await publishedApp("example") });
  using socket = await FrameSocket.open(`${host.url}/ws`);
  await socket.send(OPCODE.text, "before");
  assert.equal(await socket.text(), "before");
  const stopped = host.stop();
  const close = await socket.frame();
  assert.equal(close?.opcode, OPCODE.close);
  assert.deepEqual([...close.payload.subarray(0, 2)], [3, 233]);
  await socket.send(OPCODE.close, Uint8Array.of(3, 233));
  assert.equal(await socket.frame(), undefined);
  assert.equal(await stopped, 0);
});

dotnetTest("a crash of the backend ends its WebSockets", async () => {
  await using host = await runHost({ dir: await publishedApp("example") });
  const { pid } = await backendOf(host);
  using socket = await FrameSocket.open(`${host.url}/ws`);
  await socket.send(OPCODE.text, "before");
  assert.equal(await socket.text(), "before");
  Deno.kill(pid, "SIGKILL");
  const last = await socket.frame();
  assert.ok(last === undefined || last.opcode === OPCODE.close);
  await until("the backend's end", async () => !await isRunning(pid));
  assert.equal((await host.text("/")).status, 200);
});

dotnetTest("the app hears that the client of a WebSocket has left (ANCM F-70)", async () => {
  await using host = await runHost({ dir: await publishedApp("example") });
  {
    using socket = await FrameSocket.open(`${host.url}/ws`);
    await socket.send(OPCODE.text, "before");
    assert.equal(await socket.text(), "before");
  }
  // Kestrel either ends the app's wait for a message or aborts the request: whichever it comes to first.
  await until(
    "the app to notice",
    async () =>
      host.log.text.includes("The remote party closed the WebSocket connection") ||
      await host.json("/aborted-count") === 1,
  );
});

/** What the app sees of a handshake that it does not take. */
async function handshakeFacts(
  host: RunningHost,
  fields: readonly string[] = [],
): Promise<Map<string, readonly string[]>> {
  using socket = await FrameSocket.open(`${host.url}/echo`, {
    fields: [...fields, "X-Asked: yes"],
  });
  assert.equal(socket.status, 200, socket.head);
  const { headers }: Facts = JSON.parse(await socket.content());
  return new Map(headers.map(({ name, values }) => [name.toLowerCase(), values]));
}
