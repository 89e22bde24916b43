import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import type { DescriptorCount } from "../support/descriptors_program.ts";

/** Descriptors are counted in `/proc`. */
const LINUX = { ignore: Deno.build.os !== "linux" };
const PROGRAM = fileURLToPath(new URL("../support/descriptors_program.ts", import.meta.url));

/** Tests of other files share this process and its descriptors: the count is that of a process of its own. */
async function countOf(what: "failed-starts" | "crashes", times: number): Promise<DescriptorCount> {
  const args = ["run", "-A", "--unstable-net", "--no-lock", PROGRAM, what, String(times)];
  const signal = AbortSignal.timeout(120_000);
  const command = new Deno.Command(Deno.execPath(), { args, signal, stderr: "inherit" });
  const { code, stdout } = await command.output();
  assert.equal(code, 0);
  return JSON.parse(new TextDecoder().decode(stdout));
}

Deno.test("a hundred failed starts leave no file open", LINUX, async () => {
  const { before, after, told } = await countOf("failed-starts", 100);
  assert.equal(told, 100);
  assert.ok(after <= before, `${after} open, ${before} before`);
});

Deno.test("crashes of a backend that serves leave no file open", LINUX, async () => {
  const { before, after, told } = await countOf("crashes", 12);
  assert.equal(told, 12);
  assert.ok(after <= before, `${after} open, ${before} before`);
});
