/**
 * Profiles the host: runs it from source under load and prints the functions that take the most time themselves.
 *
 *   deno run -A --unstable-net bench/profile.ts [--seconds=5] [--connections=64] [--path=/] [--body=BYTES]
 *     [--top=30] [--keep=FILE] [-- HOST OPTIONS]
 */
// deno-lint-ignore-file no-console -- a bench prints its answer
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { type CpuProfile, type SelfTime, selfTimes, selfTimesByFile } from "./cpu_profile.ts";
import { freePort } from "./free_port.ts";
import { connected, exampleApp, type Program, startProgram } from "./programs.ts";
import { table } from "./statistics.ts";
import { wrk, type WrkOptions } from "./wrk.ts";

const PROJECT = fileURLToPath(new URL("..", import.meta.url));
const NAME = "host.cpuprofile";
const INTERVAL_MICROS = 250;

/** Where V8 was when no JavaScript ran. */
const IDLE = ["(idle)", "(root)"];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: "string", default: "5" },
    connections: { type: "string", default: "64" },
    path: { type: "string", default: "/" },
    body: { type: "string" },
    top: { type: "string", default: "30" },
    keep: { type: "string" },
  },
});
const load: WrkOptions = {
  connections: Number(values.connections),
  seconds: Number(values.seconds),
  ...values.body === undefined ? {} : { bodyBytes: Number(values.body) },
};
const folder = await Deno.makeTempDir({ prefix: "ancm-host-profile-" });
try {
  const profile = await profiled(folder);
  if (values.keep !== undefined) await Deno.copyFile(join(folder, NAME), values.keep);
  report(profile, Number(values.top));
} finally {
  await Deno.remove(folder, { recursive: true });
}

/** Loads the host, stops it, and reads the profile that its end writes. */
async function profiled(folder: string): Promise<CpuProfile> {
  {
    await using host = startFromSource(await exampleApp(), folder);
    {
      using connection = await connected(host, values.path, 20);
      await connection.get();
    }
    const { perSecond, p50Micros, p99Micros, errors } = await wrk(
      `http://127.0.0.1:${host.port}${values.path}`,
      load,
    );
    console.log(
      `${
        perSecond.toFixed(0)
      } requests/s while profiled, p50 ${p50Micros} µs, p99 ${p99Micros} µs, ${errors} errors`,
    );
  }
  return JSON.parse(await Deno.readTextFile(join(folder, NAME)));
}

function startFromSource(appDir: string, folder: string): Program {
  const port = freePort();
  return startProgram(Deno.execPath(), {
    args: [
      ...["run", "-A", "--unstable-net", "--no-prompt", "--cpu-prof", `--cpu-prof-dir=${folder}`],
      ...[`--cpu-prof-name=${NAME}`, `--cpu-prof-interval=${INTERVAL_MICROS}`],
      ...[join(PROJECT, "main.ts"), "run", appDir, "--listen", `http://127.0.0.1:${port}`],
      ...["--drain-time", "1", "--log-level", "warning", ...positionals],
    ],
    cwd: PROJECT,
    port,
  });
}

function report(profile: CpuProfile, top: number): void {
  const all = selfTimes(profile);
  const idle = sum(all.filter(({ name }) => IDLE.includes(name)));
  const busy = all.filter(({ name }) => !IDLE.includes(name));
  const total = sum(busy);
  console.log(`busy ${(total / 1e6).toFixed(2)} s, idle ${(idle / 1e6).toFixed(2)} s\n`);
  console.log(table(rows("function", busy.slice(0, top), total)));
  console.log();
  console.log(table(rows("file", selfTimesByFile(busy).slice(0, top / 2), total)));
}

function rows(title: string, times: readonly SelfTime[], total: number): string[][] {
  return [
    [title, "self, ms", "share"],
    ...times.map(({ name, place, micros }) => [
      `${shortened(name)}  ${shortened(place)}`.trimEnd(),
      (micros / 1000).toFixed(0),
      `${(100 * micros / total).toFixed(1)} %`,
    ]),
  ];
}

function shortened(place: string): string {
  return place.replace(`file://${PROJECT}`, "");
}

function sum(times: readonly SelfTime[]): number {
  return times.reduce((total, { micros }) => total + micros, 0);
}
