import "../support/open_socket_calls.ts";
import assert from "node:assert/strict";
import { errorReply } from "../../src/pages/error_page.ts";
import { SERVER_LIMITS } from "../../src/server/limits.ts";
import { listen } from "../../src/server/listener.ts";
import { RawClient } from "../support/raw_client.ts";
import { textReply } from "../support/site_stage.ts";

Deno.test("an answer that ends its connection says so, and nothing follows it (IIS M-HP-1)", async () => {
  await using listeners = listen(["http://127.0.0.1:0"], {
    handler: () => ({ ...textReply(200, "only"), endsConnection: true }),
    limits: SERVER_LIMITS,
    page: (x, error) => errorReply(x, error, { disableStartUpErrorPage: false }),
    finished: () => {},
  });
  using client = await RawClient.open(listeners.urls[0] ?? "");
  await client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n");
  const { fields, content } = await client.answer();
  assert.equal(content, "only");
  assert.ok(fields.some(([name, value]) => name === "Connection" && value === "close"));
  assert.equal(await client.ends(), true);
});
