/** What do the metrics and the access log cost a small GET? */
import { join } from "node:path";
import type { Contender } from "./lineup.ts";
import { connected, exampleApp, hostKnows, startHost } from "./programs.ts";
import { question } from "./question.ts";
import { atStop } from "./stopping.ts";
import { loadMeasure, type LoadOptions, warmUp } from "./wrk_measure.ts";

const PATH = "/";

const GET: LoadOptions = {
  id: "observe-64",
  title: "GET, 64 connections, observed or not",
  path: PATH,
  connections: 64,
};

await question(async (plan) => {
  if (!await hostKnows("--access-log")) {
    return { measures: [], notes: ["skipped: this host has no access log"] };
  }
  const app = await exampleApp();
  await using stack = new AsyncDisposableStack();
  const folder = await Deno.makeTempDir({ prefix: "ancm-host-observe-" });
  const { folders } = atStop();
  folders.add(folder);
  stack.defer(async () => {
    await Deno.remove(folder, { recursive: true });
    folders.delete(folder);
  });
  const admin = (name: string) => ["--admin", `http://unix:${join(folder, `${name}.sock`)}`];
  const log = (name: string) => ["--access-log", join(folder, name)];
  const ways: readonly (readonly [name: string, args: readonly string[]])[] = [
    ["nothing", ["--admin", "off"]],
    ["metrics", admin("metrics")],
    ["metrics and W3C log", [...admin("w3c"), ...log("w3c.log")]],
    [
      "metrics and JSON log",
      [...admin("json"), ...log("json.log"), "--access-log-format", "json"],
    ],
  ];
  const contenders: Contender[] = [];
  for (const [name, args] of ways) {
    const program = stack.use(startHost(app, args));
    using connection = await connected(program, PATH, 5);
    await connection.get();
    contenders.push({ name, port: program.port, fields: {}, pids: [program.pid] });
  }
  await warmUp(contenders, GET, plan);
  return { measures: [await loadMeasure(contenders, GET, plan)], notes: [] };
});
