import assert from "node:assert/strict";
import { runChild } from "../../scripts/child.ts";

function evaluate(code: string, limitMs = 60_000) {
  return runChild(Deno.execPath(), { args: ["eval", code], limitMs, env: { WORD: "given" } });
}

Deno.test("runChild() gives exit code, standard output, and all output", async () => {
  const { code, stdout, output } = await evaluate(
    `console.log(Deno.env.get("WORD")); console.error("bad"); Deno.exit(7)`,
  );
  assert.equal(code, 7);
  assert.equal(stdout, "given\n");
  assert.match(output, /given\n/);
  assert.match(output, /bad\n/);
});

Deno.test("runChild() stops a child that outlives its limit and keeps what it wrote", async () => {
  const { code, output } = await evaluate(`console.log("up"); setInterval(() => {}, 1e6)`, 5_000);
  assert.equal(code, 124);
  assert.match(output, /^up\n[^]*Stopped after 5 s/);
});

Deno.test("runChild() gives the child no standard input to wait for", async () => {
  const { code } = await evaluate(
    `if (await Deno.stdin.read(new Uint8Array(1)) !== null) Deno.exit(1)`,
  );
  assert.equal(code, 0);
});
