import assert from "node:assert/strict";
import { relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { type Arrow, type Source, wrongArrow, wrongSource } from "../support/architecture.ts";

const PROJECT = new URL("../../", import.meta.url);

interface Graph {
  readonly modules: readonly {
    readonly specifier: string;
    readonly error?: string;
    readonly dependencies?: readonly {
      readonly specifier: string;
      readonly code?: { readonly specifier?: string };
      readonly type?: { readonly specifier?: string };
    }[];
  }[];
}

async function readGraph(root: string): Promise<Graph> {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", root],
    cwd: PROJECT,
    stdin: "null",
    stderr: "inherit",
  }).output();
  return JSON.parse(new TextDecoder().decode(stdout));
}

function inProject(specifier: string): string {
  if (!specifier.startsWith("file:")) return specifier;
  return relative(fileURLToPath(PROJECT), fileURLToPath(specifier)).replaceAll(sep, "/");
}

function arrowsOf(graph: Graph): Arrow[] {
  return graph.modules.filter((module) => module.specifier.startsWith("file:")).flatMap((module) =>
    (module.dependencies ?? []).map(({ specifier, code, type }) => ({
      from: inProject(module.specifier),
      to: inProject(code?.specifier ?? type?.specifier ?? specifier),
    }))
  );
}

async function readSources(folder: URL): Promise<Source[]> {
  const sources: Source[] = [];
  for await (const entry of Deno.readDir(folder)) {
    const url = new URL(entry.name + (entry.isDirectory ? "/" : ""), folder);
    if (entry.isDirectory) sources.push(...await readSources(url));
    else if (entry.name.endsWith(".ts")) {
      sources.push({ path: inProject(url.href), text: await Deno.readTextFile(url) });
    }
  }
  return sources;
}

const graphs = await Promise.all(["main.ts", "mod.ts"].map(readGraph));
const sources = await readSources(new URL("src/", PROJECT));

Deno.test("every import of main.ts and mod.ts, at any depth, goes along the arrows of the rooms", () => {
  const arrows = graphs.flatMap(arrowsOf);
  assert.ok(arrows.length > 20, "the module graph was read");
  assert.deepEqual([...new Set(arrows.map(wrongArrow).filter((wrong) => wrong !== undefined))], []);
});

Deno.test("every import of main.ts and mod.ts can be resolved", () => {
  const broken = graphs.flatMap(({ modules }) => modules).filter(({ error }) => error);
  assert.deepEqual(broken.map(({ specifier, error }) => `${inProject(specifier)}: ${error}`), []);
});

Deno.test("every file of src/ is reached from main.ts or mod.ts", () => {
  const reached = new Set(
    graphs.flatMap(({ modules }) => modules).map(({ specifier }) => inProject(specifier)),
  );
  assert.deepEqual(sources.map(({ path }) => path).filter((path) => !reached.has(path)), []);
});

Deno.test("only the rooms that may start, listen, connect, print or read XML do so", async () => {
  const top = await Promise.all(["main.ts", "mod.ts"].map(async (path) => ({
    path,
    text: await Deno.readTextFile(new URL(path, PROJECT)),
  })));
  assert.deepEqual([...sources, ...top].flatMap(wrongSource), []);
});

const RIGHT: [from: string, to: string][] = [
  ["main.ts", "src/cli/mod.ts"],
  ["mod.ts", "src/host.ts"],
  ["mod.ts", "src/config/mod.ts"],
  ["src/cli/run.ts", "src/host.ts"],
  ["src/cli/version.ts", "deno.json"],
  ["src/host.ts", "src/server/listener.ts"],
  ["src/server/listener.ts", "src/http1/fields.ts"],
  ["src/server/listener.ts", "src/server/_reset.ts"],
  ["src/config/xml.ts", "src/config/_cursor.ts"],
  ["src/config/xml.ts", "npm:/@rgrove/parse-xml@5.0.0"],
  ["src/modules/http/file.ts", "node:path"],
];
for (const [from, to] of RIGHT) {
  Deno.test(`wrongArrow() lets ${from} import ${to}`, () => {
    assert.equal(wrongArrow({ from, to }), undefined);
  });
}

const WRONG: [from: string, to: string, why: RegExp][] = [
  ["src/server/listener.ts", "src/gateway/forward.ts", /server may not import gateway/],
  ["src/pages/error.ts", "src/observe/log.ts", /pages may not import observe/],
  ["src/host.ts", "src/cli/run.ts", /host may not import cli/],
  ["src/backend/start.ts", "src/host.ts", /backend may not import host/],
  ["src/cli/run.ts", "main.ts", /cli may not import main/],
  ["mod.ts", "src/cli/run.ts", /mod may not import cli/],
  ["main.ts", "mod.ts", /main may not import mod/],
  ["src/host.ts", "src/backend/_output.ts", /private to backend/],
  ["src/config/schema.ts", "src/contract/clock.ts", /config imports nothing but itself/],
  ["src/http1/head.ts", "src/contract/exchange.ts", /http1 imports nothing but itself/],
  ["src/contract/module.ts", "src/http1/fields.ts", /contract imports nothing but itself/],
  ["src/host.ts", "scripts/build.ts", /src\/host\.ts imports scripts\/build\.ts/],
  ["src/stray.ts", "src/contract/clock.ts", /in no room/],
  ["src/attic/old.ts", "src/contract/clock.ts", /in no room/],
];
for (const [from, to, why] of WRONG) {
  Deno.test(`wrongArrow() tells that ${from} imports ${to}`, () => {
    assert.match(wrongArrow({ from, to }) ?? "nothing wrong", why);
  });
}

const CASES: [path: string, text: string, wrong: boolean][] = [
  ["src/backend/start.ts", "new Deno.Command(path)", false],
  ["src/host.ts", "new Deno.Command(path)", true],
  ["src/server/listener.ts", "Deno.listenTls({ port })", false],
  ["src/backend/launch/port.ts", "Deno.listen({ port })", false],
  ["src/backend/start.ts", "Deno.listen({ port })", true],
  ["src/gateway/admin.ts", "Deno.serve(handler)", true],
  ["src/gateway/fetch.ts", "await fetch(url, { client: Deno.createHttpClient({}) })", false],
  ["src/backend/ready.ts", "await Deno.connect({ port })", true],
  ["src/backend/stop.ts", "await fetch(url)", true],
  ["src/server/listener.ts", "this.#queue.fetch(1); prefetch(2)", false],
  ["src/cli/console.ts", "console.error(text); Deno.exit(64)", false],
  ["main.ts", "Deno.exit(0)", false],
  ["mod.ts", "Deno.exit(0)", true],
  ["src/observe/log.ts", "console.log(line)", true],
  ["src/observe/log.ts", "/** Never the console. */ // nor console.log\nwrite(line);", false],
  ["src/config/xml.ts", 'import { parseXml } from "@rgrove/parse-xml";', false],
  ["src/modules/rewrite.ts", 'import { parseXml } from "@rgrove/parse-xml";', true],
  ["src/server/utils.ts", "", true],
  ["src/server/port_helpers.ts", "", true],
];
for (const [path, text, wrong] of CASES) {
  Deno.test(`wrongSource() ${wrong ? "refuses" : "takes"} \`${text}\` in ${path}`, () => {
    assert.equal(wrongSource({ path, text }).length > 0, wrong);
  });
}
