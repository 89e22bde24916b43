import assert from "node:assert/strict";
import { constants, gunzipSync } from "node:zlib";
import { decoded } from "../support/decoded.ts";
import { dotnetTest, publishedApp } from "../support/dotnet.ts";
import { runHost } from "../support/executable.ts";
import { editedCopy } from "../support/executable_sites.ts";
import { bytesOf, latin1, RawClient, valuesOf } from "../support/raw_client.ts";
import type { Facts } from "./_example_app.ts";

/** The example app with compression of these types on. */
async function compressing(...types: readonly string[]) {
  const adds = types.map((type) => `<add mimeType="${type}" enabled="true" />`).join("");
  const section = `<httpCompression><dynamicTypes>${adds}</dynamicTypes></httpCompression>`;
  return await editedCopy(
    await publishedApp("example"),
    (text) => text.replace("<aspNetCore", `${section}<aspNetCore`),
  );
}

dotnetTest("a JSON API is compressed as the client takes it (IIS M-CO-1, M-CO-3)", async () => {
  await using site = await compressing("application/json");
  await using host = await runHost({ dir: site.path });
  using client = await RawClient.open(host.url);
  for (const coding of ["br", "gzip", "zstd", "identity"]) {
    const { fields, content } = await client.get("/echo/items", {
      "Accept-Encoding": coding,
      "X-Long": "x".repeat(900),
    });
    const [used] = valuesOf(fields, "content-encoding");
    assert.equal(used, coding === "identity" ? undefined : coding);
    assert.deepEqual(valuesOf(fields, "vary"), ["Accept-Encoding"]);
    const facts: Facts = JSON.parse(decoded(used, bytesOf(content)));
    assert.equal(facts.path, "/echo/items");
    if (used) assert.ok(content.length < 700, `${content.length} bytes of ${used}`);
  }
});

dotnetTest("a large answer is compressed while it comes, and complete (IIS M-CO-6)", async () => {
  await using site = await compressing("application/octet-stream");
  await using host = await runHost({ dir: site.path });
  using client = await RawClient.open(host.url);
  for (const query of ["", "?chunked"]) {
    const { fields, content, complete } = await client.get(`/download/3000000${query}`, {
      "Accept-Encoding": "gzip",
    });
    assert.ok(complete);
    assert.deepEqual(valuesOf(fields, "content-encoding"), ["gzip"]);
    assert.deepEqual(valuesOf(fields, "content-length"), []);
    const bytes = gunzipSync(bytesOf(content));
    assert.equal(bytes.length, 3_000_000);
    assert.ok(bytes.every((byte, i) => byte === i % 251));
  }
});

const STREAMS: [path: string, coding: string, line: (message: string) => string][] = [
  // The application itself wants its event streams as they are.
  ["/events", "identity", (message) => `data: ${message}\n\n`],
  ["/lines", "gzip", (message) => `${message}\n`],
];

for (const [path, coding, line] of STREAMS) {
  dotnetTest(
    `the messages of ${path} come one by one, as ${coding}, where compression is on (IIS M-CO-2, M-CO-6)`,
    async () => {
      await using site = await compressing("application/json");
      await using host = await runHost({ dir: site.path });
      using client = await RawClient.open(host.url);
      await client.send(`GET ${path} HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip\r\n\r\n`);
      const come = async (text: string) => {
        const seen = await client.until((seen) => received(seen, coding).endsWith(text));
        assert.ok(received(seen, coding).endsWith(text), seen);
        assert.match(seen, new RegExp(`^content-encoding: ${coding}\r$`, "im"));
      };
      await come(line("open"));
      for (const message of ["first", "second"]) {
        await host.text("/events", { method: "POST", body: message });
        await come(line(message));
      }
    },
  );
}

/** Gives what can be made of an answer that goes on. */
function received(seen: string, coding: string): string {
  const [, ...rest] = seen.split("\r\n\r\n");
  let chunks = rest.join("\r\n\r\n");
  let content = "";
  for (;;) {
    const [head = "", size = ""] = /^([0-9a-f]+)\r\n/i.exec(chunks) ?? [];
    const length = parseInt(size, 16);
    if (!(chunks.length >= head.length + length + 2)) break;
    content += chunks.slice(head.length, head.length + length);
    chunks = chunks.slice(head.length + length + 2);
  }
  if (coding !== "gzip" || content === "") return content;
  return latin1(gunzipSync(bytesOf(content), { finishFlush: constants.Z_SYNC_FLUSH }));
}
