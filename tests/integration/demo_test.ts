import assert from "node:assert/strict";
import { PROJECT_DIR, runChild } from "../../scripts/child.ts";

const LIMIT_MS = 120_000;

async function demo(port: number) {
  const args = ["run", "-A", "--no-prompt", "scripts/demo.ts", "--once", "--port", `${port}`];
  return await runChild(Deno.execPath(), { args, cwd: PROJECT_DIR, limitMs: LIMIT_MS });
}

Deno.test("deno task demo serves, sends a request, says what happened, and ends with 0", async () => {
  const { code, output } = await demo(0);
  assert.equal(code, 0, output);
  assert.match(output, /^GET http:\/\/\S+\/received\?from=demo gave 200 in \d+ ms/m);
  assert.match(output, /^The backend received GET \/received\?from=demo with the pairing token$/m);
  assert.match(output, /^and X-Forwarded-For: (127\.0\.0\.1|\[::1\]):\d+$/m);
  assert.match(output, /^Open http:\/\/\S+:\d+\/ in a browser$/m);
});

Deno.test("deno task demo takes a free port when the one it wants is taken, and says so", async () => {
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = taken.addr;
  const { code, output } = await demo(port);
  assert.equal(code, 0, output);
  assert.match(output, new RegExp(`^Port ${port} is taken`, "m"));
  assert.doesNotMatch(output, new RegExp(`^Open http://\\S+:${port}/`, "m"));
});
