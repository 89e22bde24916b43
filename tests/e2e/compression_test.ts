import assert from "node:assert/strict";
import { decoded, PartDecoder } from "../support/decoded.ts";
import { dotnetTest, publishedApp } from "../support/dotnet.ts";
import { runHost, type RunningHost } from "../support/executable.ts";
import { editedCopy } from "../support/executable_sites.ts";
import { within } from "../support/executable_wait.ts";
import { type PlainAnswer, plainGet } from "../support/plain_get.ts";
import type { Facts } from "./_example_app.ts";

/** The example app with compression of these types on. */
async function compressing(types: string): Promise<RunningHost & AsyncDisposable> {
  await using cleanup = new AsyncDisposableStack();
  const site = cleanup.use(
    await editedCopy(await publishedApp("example"), (text) =>
      text.replace(
        "<aspNetCore",
        `<httpCompression><dynamicTypes>${types}</dynamicTypes></httpCompression><aspNetCore`,
      )),
  );
  const host = await runHost({ dir: site.path });
  const rest = cleanup.move();
  const dispose = host[Symbol.asyncDispose].bind(host);
  host[Symbol.asyncDispose] = async () => {
    await dispose();
    await rest[Symbol.asyncDispose]();
  };
  return host;
}

const JSON_TYPE = '<add mimeType="application/json" enabled="true" />';

dotnetTest("a JSON API is compressed as the client takes it (IIS M-CO-1, M-CO-3)", async () => {
  await using host = await compressing(JSON_TYPE);
  for (const coding of ["br", "gzip", "zstd", undefined]) {
    const accepted = coding === undefined ? {} : { "Accept-Encoding": coding };
    const answer = await plainGet(`${host.url}/echo/items`, {
      ...accepted,
      "X-Long": "x".repeat(900),
    });
    assert.equal(answer.headers["content-encoding"], coding);
    assert.equal(answer.headers.vary, "Accept-Encoding");
    const bytes = await answer.bytes();
    const facts: Facts = JSON.parse(decoded(coding, bytes));
    assert.equal(facts.path, "/echo/items");
    if (coding) assert.ok(bytes.length < 700, `${bytes.length} bytes of ${coding}`);
  }
});

dotnetTest("a large answer is compressed while it comes, and complete (IIS M-CO-6)", async () => {
  await using host = await compressing(
    '<add mimeType="application/octet-stream" enabled="true" />',
  );
  const length = 3_000_000;
  for (const query of ["", "?chunked"]) {
    const answer = await plainGet(`${host.url}/download/${length}${query}`, {
      "Accept-Encoding": "gzip",
    });
    assert.equal(answer.headers["content-encoding"], "gzip");
    assert.equal(answer.headers["content-length"], undefined);
    const text = decoded("gzip", await answer.bytes());
    assert.ok(text.startsWith("\u0000\u0001\u0002"));
    // Half of the bytes are no ASCII and come out as one replacement character each.
    assert.equal(text.length, length);
  }
});

for (const isCompressed of [false, true]) {
  dotnetTest(
    `server-sent events come one by one ${
      isCompressed ? "compressed" : "as they are"
    } where compression is on (IIS M-CO-2, M-CO-6)`,
    async () => {
      const types = isCompressed
        ? '<add mimeType="text/event-stream" enabled="true" />'
        : JSON_TYPE;
      await using host = await compressing(types);
      const answer = await plainGet(`${host.url}/events`, { "Accept-Encoding": "gzip" });
      assert.equal(answer.headers["content-encoding"], isCompressed ? "gzip" : undefined);
      using decoder = isCompressed ? new PartDecoder("gzip") : undefined;
      const events = new Events(answer, decoder);
      try {
        await events.until("data: open\n\n");
        for (const message of ["first", "second"]) {
          await host.text("/events", { method: "POST", body: message });
          await events.until(`data: ${message}\n\n`);
        }
      } finally {
        answer.close();
      }
    },
  );
}

/** What has come of an event stream. */
class Events {
  readonly #answer: PlainAnswer;
  readonly #decoder: PartDecoder | undefined;
  #plain = "";

  constructor(answer: PlainAnswer, decoder: PartDecoder | undefined) {
    this.#answer = answer;
    this.#decoder = decoder;
  }

  /** Reads on until the text ends like this. */
  async until(text: string): Promise<void> {
    while (!(this.#decoder?.text ?? this.#plain).endsWith(text)) {
      const { value, done } = await within(`"${text}"`, this.#answer.content.next());
      assert.ok(!done, "the stream has ended");
      if (this.#decoder) await this.#decoder.take(value);
      else this.#plain += new TextDecoder().decode(value);
    }
  }
}
