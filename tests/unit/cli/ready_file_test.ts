import assert from "node:assert/strict";
import { join } from "node:path";
import { UsageError } from "../../../src/cli/arguments.ts";
import { writeReadyFile } from "../../../src/cli/ready_file.ts";

Deno.test("writeReadyFile() writes process id and URLs, and takes the file away again", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const file = join(folder, "ready.json");
    {
      await using _ready = await writeReadyFile(file, ["http://127.0.0.1:1"]);
      const content = JSON.parse(await Deno.readTextFile(file));
      assert.deepEqual(content, { pid: Deno.pid, urls: ["http://127.0.0.1:1"] });
    }
    assert.deepEqual(await Array.fromAsync(Deno.readDir(folder)), []);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("writeReadyFile() tells where commands are taken", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const file = join(folder, "ready.json");
    await using _ready = await writeReadyFile(file, [], "http://unix:/run/a.sock");
    const { admin } = JSON.parse(await Deno.readTextFile(file));
    assert.equal(admin, "http://unix:/run/a.sock");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("writeReadyFile() says what to do where the folder is missing", async () => {
  await assert.rejects(
    writeReadyFile("/nonexistent/ready.json", []),
    (error) =>
      error instanceof UsageError &&
      error.message ===
        'Cannot write the ready file "/nonexistent/ready.json": its folder is not there; make it first',
  );
});
