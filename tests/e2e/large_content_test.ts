import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { dotnetTest, publishedApp } from "../support/dotnet.ts";
import { runHost, type RunningHost } from "../support/executable.ts";
import { residentBytes } from "../support/executable_processes.ts";
import { rawRequest } from "../support/executable_request.ts";
import { editedCopy } from "../support/executable_sites.ts";

const GIB = 1024 ** 3;
const MAX_GROWTH_BYTES = 100e6;

/** The example app's pattern: byte i is `i % 251`. */
function* pattern(length: number): Generator<Uint8Array> {
  const block = Uint8Array.from({ length: 251 * 1024 }, (_, i) => i % 251);
  for (let left = length; left > 0; left -= block.length) {
    yield block.subarray(0, Math.min(left, block.length));
  }
}

function sha256OfPattern(length: number): string {
  const hash = createHash("sha256");
  for (const piece of pattern(length)) hash.update(piece);
  return hash.digest("hex");
}

/** Runs `work` and gives by how many bytes the host's resident memory was larger at most. */
async function growthDuring(host: RunningHost, work: () => Promise<void>): Promise<number> {
  const before = await residentBytes(host.pid);
  let most = before;
  const sample = async () => most = Math.max(most, await residentBytes(host.pid));
  const timer = setInterval(() => sample().catch(() => {}), 50);
  try {
    await work();
  } finally {
    clearInterval(timer);
  }
  await sample();
  return most - before;
}

dotnetTest("1 GiB down passes whole, and the host's memory does not grow by 100 MB", async () => {
  await using host = await runHost({ dir: await publishedApp("example") });
  await host.text("/download/1000000");
  const growth = await growthDuring(host, async () => {
    const response = await host.request(`/download/${GIB}`);
    assert.equal(response.headers.get("content-length"), String(GIB));
    const hash = createHash("sha256");
    for await (const piece of response.body!) hash.update(piece);
    assert.equal(hash.digest("hex"), sha256OfPattern(GIB));
  });
  assert.ok(growth < MAX_GROWTH_BYTES, `grew by ${growth} bytes`);
});

dotnetTest("1 GiB up passes whole, and the host's memory does not grow by 100 MB", async () => {
  await using site = await editedCopy(
    await publishedApp("example"),
    (webConfig) =>
      webConfig.replace(
        "</system.webServer>",
        `<security><requestFiltering><requestLimits maxAllowedContentLength="2147483648" />` +
          `</requestFiltering></security></system.webServer>`,
      ),
  );
  await using host = await runHost({ dir: site.path });
  await host.json("/upload", { method: "POST", body: "x".repeat(1_000_000) });
  const growth = await growthDuring(host, async () => {
    const answer = await rawRequest(host.url, [
      "POST /upload HTTP/1.1",
      "Host: localhost",
      `Content-Length: ${GIB}`,
      "Connection: close",
    ], pattern(GIB));
    assert.match(answer.head, /^HTTP\/1\.1 200 /);
    assert.deepEqual(JSON.parse(answer.text), { length: GIB, sha256: sha256OfPattern(GIB) });
  });
  assert.ok(growth < MAX_GROWTH_BYTES, `grew by ${growth} bytes`);
});
