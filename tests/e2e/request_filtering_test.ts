import assert from "node:assert/strict";
import { dotnetTest, publishedApp } from "../support/dotnet.ts";
import { runHost } from "../support/executable.ts";
import { descendantsOf } from "../support/executable_processes.ts";
import { rawRequest } from "../support/executable_request.ts";
import { editedCopy } from "../support/executable_sites.ts";

const LOCATION = `<location path="upload"><system.webServer><security><requestFiltering>
  <requestLimits maxAllowedContentLength="31000000" />
</requestFiltering></security></system.webServer></location></configuration>`;

/** Content that is announced, and sent or not. */
const post = (url: string, target: string, length: number, content: Iterable<Uint8Array> = []) =>
  rawRequest(url, [
    `POST ${target} HTTP/1.1`,
    "Host: localhost",
    `Content-Length: ${length}`,
    "Connection: close",
  ], content);

dotnetTest(
  "the built-in deny lists and limits refuse requests, and no backend is started (IIS M-RF-1, M-RF-5)",
  async () => {
    await using host = await runHost({ dir: await publishedApp("example") });
    const ask = async (target: string) => (await host.text(target)).status;
    assert.equal(await ask("/api/bin/7"), 404);
    assert.equal(await ask("/download/Program.cs"), 404);
    assert.equal(await ask("/a+b"), 404);
    const { head } = await post(host.url, "/upload", 30_000_001);
    assert.match(head, /^HTTP\/1\.1 413 /);
    assert.deepEqual(await descendantsOf(host.pid), []);
    const refused = async (status: string) => {
      const { message } = await host.log.next(
        "request-failed",
        (line) => line["status"] === status,
      );
      return message;
    };
    assert.match(await refused("404.8"), /hiddenSegments/);
    assert.match(await refused("404.7"), /fileExtensions/);
    assert.match(await refused("404.11"), /allowDoubleEscaping/);
    assert.match(await refused("413.1"), /maxAllowedContentLength.*application's own limit/);
  },
);

dotnetTest("a location raises the limit of content for its URLs only (IIS M-RF-15)", async () => {
  await using site = await editedCopy(
    await publishedApp("example"),
    (text) => text.replace("</configuration>", LOCATION),
  );
  await using host = await runHost({ dir: site.path });
  assert.match((await post(host.url, "/echo", 30_000_001)).head, /^HTTP\/1\.1 413 /);
  assert.match((await post(host.url, "/upload", 31_000_001)).head, /^HTTP\/1\.1 413 /);
  assert.deepEqual(await descendantsOf(host.pid), []);
  const length = 30_500_000;
  const { head, text } = await post(host.url, "/upload", length, [new Uint8Array(length)]);
  assert.match(head, /^HTTP\/1\.1 200 /);
  assert.equal(JSON.parse(text).length, length);
});
