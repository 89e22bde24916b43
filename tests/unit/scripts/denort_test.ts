import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { findDenort } from "../../../scripts/denort.ts";

Deno.test("findDenort() takes DENORT_BIN before anything else", async () => {
  const path = fileURLToPath(import.meta.url);
  assert.deepEqual(await findDenort("any", "last", path), { from: "DENORT_BIN", path });
});

Deno.test("findDenort() refuses a DENORT_BIN that is no file instead of looking on", async () => {
  for (const path of ["/nowhere/denort", fileURLToPath(new URL(".", import.meta.url))]) {
    await assert.rejects(findDenort("any", "last", path), /Cannot use DENORT_BIN: .* not a file/);
  }
});

Deno.test("findDenort() names the three ways when npm has none for the target", async () => {
  await assert.rejects(findDenort("x86_64-pc-windows-msvc", "only"), (error: Error) => {
    assert.match(error.message, /for x86_64-pc-windows-msvc/);
    for (const way of ["DENORT_BIN", "download", "--denort=npm"]) {
      assert.ok(error.message.includes(way), `${way} is named`);
    }
    return true;
  });
});
