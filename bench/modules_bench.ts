/** What do the modules of system.webServer cost a small GET, and 10,000 entries of a rewrite map? */
import { join } from "node:path";
import type { Contender } from "./lineup.ts";
import { connected, exampleApp, startHost } from "./programs.ts";
import { question } from "./question.ts";
import { atStop } from "./stopping.ts";
import { loadMeasure, type LoadOptions, warmUp } from "./wrk_measure.ts";

const PATH = "/";
const RULES = 20;
const HEADERS = 5;
const ENTRIES = 10_000;

const GET: LoadOptions = {
  id: "modules-64",
  title: "GET, 64 connections, through modules",
  path: PATH,
  connections: 64,
};

const repeat = (count: number, text: (i: number) => string) =>
  Array.from({ length: count }, (_, i) => text(i)).join("\n");

const HEADER_SECTION = `<httpProtocol><customHeaders>${
  repeat(HEADERS, (i) => `<add name="X-Bench-${i}" value="value ${i}" />`)
}</customHeaders></httpProtocol>`;

const RULE_LIST = repeat(
  RULES,
  (i) =>
    `<rule name="rule ${i}"><match url="^old-${i}/([0-9]+)/(.*)$" />` +
    `<action type="Redirect" url="/new-${i}/{R:1}?q={R:2}" /></rule>`,
);

const MAP = `<rewriteMaps><rewriteMap name="moved">${
  repeat(ENTRIES, (i) => `<add key="/from/${i}" value="/to/${i}" />`)
}</rewriteMap></rewriteMaps>`;

const MAP_RULE = `<rule name="map"><match url=".*" /><conditions>` +
  `<add input="{moved:{REQUEST_URI}}" pattern="(.+)" /></conditions>` +
  `<action type="Redirect" url="{C:1}" /></rule>`;

const WAYS: readonly (readonly [name: string, sections: string])[] = [
  ["bare", ""],
  ["headers and rules", `${HEADER_SECTION}<rewrite><rules>${RULE_LIST}</rules></rewrite>`],
  [
    "headers, rules, map",
    `${HEADER_SECTION}<rewrite>${MAP}<rules>${RULE_LIST}${MAP_RULE}</rules></rewrite>`,
  ],
];

await question(async (plan) => {
  const app = await exampleApp();
  await using stack = new AsyncDisposableStack();
  const folder = await Deno.makeTempDir({ prefix: "ancm-host-modules-" });
  const { folders } = atStop();
  folders.add(folder);
  stack.defer(async () => {
    await Deno.remove(folder, { recursive: true });
    folders.delete(folder);
  });
  const contenders: Contender[] = [];
  for (const [name, sections] of WAYS) {
    const program = stack.use(startHost(await withSections(app, folder, name, sections)));
    using connection = await connected(program, PATH, 5);
    await connection.get();
    contenders.push({ name, port: program.port, fields: {}, pids: [program.pid] });
  }
  await warmUp(contenders, GET, plan);
  const notes = [
    `Each has request filtering with its defaults. ${HEADERS} custom headers, ${RULES} rules of which none fits, ` +
    `a map of ${ENTRIES} entries that is looked up once a request.`,
  ];
  return { measures: [await loadMeasure(contenders, GET, plan)], notes };
});

/** Copies the app with more sections in its web.config. */
async function withSections(app: string, into: string, name: string, sections: string) {
  const copy = join(into, name.replaceAll(/\W+/g, "-"));
  await Deno.mkdir(copy);
  for await (const { name: file, isFile } of Deno.readDir(app)) {
    if (isFile) await Deno.copyFile(join(app, file), join(copy, file));
  }
  const path = join(copy, "web.config");
  const text = await Deno.readTextFile(path);
  await Deno.writeTextFile(path, text.replace("<aspNetCore", `${sections}<aspNetCore`));
  return copy;
}
