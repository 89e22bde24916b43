import assert from "node:assert/strict";
import { join } from "node:path";
import { parseCommandLine } from "../../../src/cli/arguments.ts";
import { type Confirm, init } from "../../../src/cli/init.ts";

interface Initiated {
  readonly code: number;
  readonly out: string;
  readonly error: string;
  /** The web.config that is there afterwards. */
  readonly written: string | undefined;
}

/** Runs `init` in a folder of these files. */
async function initiated(
  files: Readonly<Record<string, string>>,
  args: readonly string[] = [],
  confirm?: Confirm,
): Promise<Initiated> {
  const dir = await Deno.makeTempDir();
  try {
    for (const [name, text] of Object.entries(files)) {
      await Deno.writeTextFile(join(dir, name), text);
    }
    const out: string[] = [];
    const error: string[] = [];
    const console = {
      out: (line: string) => out.push(line),
      error: (line: string) => error.push(line),
    };
    const code = await init(parseCommandLine(["init", dir, ...args], {}), console, confirm);
    const written = await Deno.readTextFile(join(dir, "web.config")).catch(() => undefined);
    return { code, out: out.join("\n"), error: error.join("\n"), written };
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

const NODE = { "server.js": "process.env.PORT" };
const BOTH = { ...NODE, "app.py": "PORT" };

Deno.test("init() tells what it found, shows the file and writes it when somebody says yes", async () => {
  const asked: string[] = [];
  const { code, out, error, written } = await initiated(NODE, [], (question) => {
    asked.push(question);
    return true;
  });
  assert.equal(code, 0);
  assert.match(asked.join("\n"), /^Write ".*web\.config"\?$/);
  assert.equal(out, written);
  assert.match(written ?? "", /<aspNetCore processPath="node" arguments="server\.js" /);
  assert.match(error, /node +"server\.js" is what Node servers are called/);
  assert.match(error, /Written: ".*web\.config"/);
});

Deno.test("init() writes nothing when somebody says no", async () => {
  const { code, written } = await initiated(NODE, [], () => false);
  assert.deepEqual({ code, written }, { code: 75, written: undefined });
});

Deno.test("init() prints the file and ends with 64 where nobody can be asked", async () => {
  const { code, out, error, written } = await initiated(NODE);
  assert.deepEqual({ code, written }, { code: 64, written: undefined });
  assert.match(out, /^<\?xml[^]*<\/configuration>\n$/);
  assert.match(error, /nobody can be asked here: give --yes$/);
});

Deno.test("init() writes without asking when it is told --yes", async () => {
  const { code, out, written } = await initiated(NODE, ["--yes"], () => assert.fail("asked"));
  assert.deepEqual({ code, written }, { code: 0, written: out });
});

Deno.test("init() leaves a web.config alone, however it is spelled", async () => {
  const { code, out, error } = await initiated({ ...NODE, "Web.config": "mine" }, ["--yes"]);
  assert.deepEqual({ code, out }, { code: 73, out: "" });
  assert.match(error, /Web\.config" is there already and stays as it is$/);
});

Deno.test("init() leaves one alone that has come while it asked", async () => {
  const dir = await Deno.makeTempDir();
  try {
    const file = join(dir, "web.config");
    await Deno.writeTextFile(join(dir, "server.js"), "PORT");
    const console = { out: () => {}, error: () => {} };
    const code = await init(parseCommandLine(["init", dir], {}), console, () => {
      Deno.writeTextFileSync(file, "mine");
      return true;
    });
    assert.deepEqual([code, await Deno.readTextFile(file)], [73, "mine"]);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

Deno.test("init() lists several candidates, and takes the one that --kind names", async () => {
  const { code, out, error } = await initiated(BOTH, ["--yes"]);
  assert.deepEqual({ code, out }, { code: 64, out: "" });
  assert.match(error, /^ +node [^]*^ +python /m);
  assert.match(error, /Several can be started: give --kind node or --kind python$/);
  const { written } = await initiated(BOTH, ["--yes", "--kind", "python"]);
  assert.match(written ?? "", /arguments="app\.py"/);
});

Deno.test("init() names the kinds there are where the one that was asked for is not", async () => {
  const { code, error } = await initiated(BOTH, ["--kind", "deno"]);
  assert.equal(code, 64);
  assert.match(error, /Nothing of that kind was found: give --kind node or --kind python$/);
});

Deno.test("init() tells several of one kind by their file", async () => {
  const config = JSON.stringify({ runtimeOptions: { framework: { name: "x" } } });
  const files = {
    "A.runtimeconfig.json": config,
    "A.dll": "",
    "B.runtimeconfig.json": config,
    "B.dll": "",
  };
  const { code, error } = await initiated(files);
  assert.equal(code, 64);
  assert.match(error, /give --entry "A\.runtimeconfig\.json" or --entry "B\.runtimeconfig\.json"$/);
  const { written } = await initiated(files, ["--yes", "--entry", "B.runtimeconfig.json"]);
  assert.match(written ?? "", /arguments="\.\/B\.dll"/);
  assert.doesNotMatch(written ?? "", /PORT/);
});

Deno.test("init() ends with 78 where nothing can be served, and says why", async () => {
  const source = await initiated({ "Shop.csproj": "" }, ["--yes"]);
  assert.equal(source.code, 78);
  assert.match(source.error, /dotnet publish -c Release -o FOLDER.*run --watch/);
  const empty = await initiated({}, ["--yes"]);
  assert.equal(empty.code, 78);
  assert.match(empty.error, /Cannot tell how ".*" is started: give a folder with/);
});

Deno.test("init() says what to look at", async () => {
  const { error } = await initiated({ "server.js": "listen(80)" });
  assert.match(error, /^Note: "server\.js" names no variable PORT/m);
});
