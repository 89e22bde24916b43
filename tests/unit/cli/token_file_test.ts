import assert from "node:assert/strict";
import { join } from "node:path";
import { UsageError } from "../../../src/cli/arguments.ts";
import { readTokenFile } from "../../../src/cli/token_file.ts";

async function tokenIn(text: string): Promise<string> {
  const folder = await Deno.makeTempDir();
  try {
    const file = join(folder, "token");
    await Deno.writeTextFile(file, text);
    return await readTokenFile(file);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("readTokenFile() takes one line, with or without its end", async () => {
  assert.equal(await tokenIn("0123456789abcdef\n"), "0123456789abcdef");
  assert.equal(await tokenIn(" 0123456789abcdef\r\n"), "0123456789abcdef");
});

for (
  const text of [
    "",
    "\n",
    "0123456789abcde",
    "0123456789 abcdef",
    "0123456789abcdéf",
    "0123456789abcdef\n0123456789abcdef",
  ]
) {
  Deno.test(`readTokenFile() refuses ${JSON.stringify(text)} without showing it`, async () => {
    await assert.rejects(
      tokenIn(text),
      (error) =>
        error instanceof UsageError &&
        /^Cannot take the admin token in ".+": give one line of 16/.test(error.message) &&
        !error.message.includes("0123456789"),
    );
  });
}

Deno.test("readTokenFile() says that there is no such file", async () => {
  await assert.rejects(
    readTokenFile("/nonexistent/token"),
    /^UsageError: Cannot read the admin token/,
  );
});
