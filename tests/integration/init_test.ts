import assert from "node:assert/strict";
import { delimiter, join } from "node:path";
import { parseCommandLine } from "../../src/cli/arguments.ts";
import { init } from "../../src/cli/init.ts";
import { startHost } from "../../src/host.ts";
import { copyFolder, dotnetTest, publishedApp } from "../support/dotnet.ts";
import { tempFolder } from "../support/executable.ts";

const SERVERS = {
  node: {
    "package.json": JSON.stringify({ scripts: { start: "node src.js" } }),
    "src.js":
      `require("http").createServer((_, res) => res.end("node")).listen(process.env.PORT, "127.0.0.1");`,
  },
  npm: {
    "package.json": JSON.stringify({ scripts: { start: "NAME=npm node src.js" } }),
    "src.js":
      `require("http").createServer((_, res) => res.end(process.env.NAME)).listen(process.env.PORT, "127.0.0.1");`,
  },
  deno: {
    "main.ts":
      `Deno.serve({ hostname: "127.0.0.1", port: Number(Deno.env.get("PORT")) }, () => new Response("deno"));`,
  },
  "deno serve": {
    "deno.json": "{}",
    "main.ts": `export default { fetch: () => new Response("deno serve") };`,
  },
  python3: {
    "app.py": `
import os
from http.server import BaseHTTPRequestHandler, HTTPServer
class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"python3")
if __name__ == "__main__":
    HTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()
`,
  },
  executable: {
    "start": `#!/usr/bin/env -S deno run -A
Deno.serve({ hostname: "127.0.0.1", port: Number(Deno.env.get("PORT")) }, () => new Response("executable"));`,
  },
} as const satisfies Record<string, Readonly<Record<string, string>>>;

/** The search path with a `deno` in it that is the one which runs the tests. */
async function pathWithDeno(folder: string): Promise<string> {
  const program = join(folder, "deno");
  await Deno.writeTextFile(program, `#!/bin/sh\nexec "${Deno.execPath()}" "$@"\n`, { mode: 0o755 });
  return [folder, Deno.env.get("PATH") ?? ""].join(delimiter);
}

/** Tells whether a program is on the search path; a line says where it is not. */
async function isInstalled(program: string): Promise<boolean> {
  for (const folder of (Deno.env.get("PATH") ?? "").split(delimiter)) {
    if (await Deno.stat(join(folder, program)).catch(() => undefined)) return true;
  }
  // deno-lint-ignore no-console -- whoever runs the tests is to know what was not tested
  console.log(`    "${program}" is not installed: passed over`);
  return false;
}

/** Has `init` write a web.config for a folder, serves it, and gives what a request is answered with. */
async function served(dir: string): Promise<string> {
  await using tools = await tempFolder();
  const errors: string[] = [];
  const console = { out: () => {}, error: (line: string) => errors.push(line) };
  const code = await init(parseCommandLine(["init", dir, "--yes"], {}), console, undefined);
  assert.equal(code, 0, errors.join("\n"));
  await using host = await startHost({
    appDir: dir,
    listen: ["http://127.0.0.1:0"],
    admin: "off",
    environment: { ...Deno.env.toObject(), PATH: await pathWithDeno(tools.path) },
  });
  const response = await fetch(host.urls[0] ?? "");
  const text = await response.text();
  assert.equal(response.status, 200, text);
  return text;
}

for (const [name, files] of Object.entries(SERVERS)) {
  Deno.test(`what init writes for ${name} starts it`, async () => {
    const [program = ""] = name.split(" ");
    const isOurs = program === "deno" || program === "executable";
    if (!isOurs && !await isInstalled(program)) return;
    await using folder = await tempFolder();
    for (const [file, text] of Object.entries(files)) {
      const mode = text.startsWith("#!") ? 0o755 : 0o644;
      await Deno.writeTextFile(join(folder.path, file), text, { mode });
    }
    assert.equal(await served(folder.path), name);
  });
}

dotnetTest("what init writes for a published .NET application starts it", async () => {
  await using folder = await tempFolder();
  await copyFolder(await publishedApp("example"), folder.path);
  await Deno.remove(join(folder.path, "web.config"));
  assert.equal(await served(folder.path), "Hello from ASP.NET Core\n");
});
