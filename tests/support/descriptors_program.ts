/**
 * Lets a backend come and go, as a process of its own because descriptors are those of the whole process. Takes what
 * is to happen, `failed-starts` or `crashes`, and how often; prints as JSON how many descriptors were open after the
 * first three times and in the end, and what was told most often.
 */
import type { AspNetCoreConfig } from "../../src/config/app_config.ts";
import { backendSite } from "./backend_site.ts";
import { expectTarget, waitForTarget } from "./backend_wait.ts";
import { eventually } from "./eventually.ts";
import { isRunning } from "./processes.ts";

/** What the program prints. */
export interface DescriptorCount {
  readonly before: number;
  readonly after: number;
  /** How many events `backend-start-failed`, or `backend-exited`, there were. */
  readonly told: number;
}

/** The first ones open what stays open: timers, watchers, the guard. */
const WARM_UP = 3;
const OFTEN: Partial<AspNetCoreConfig> = { rapidFailsPerMinute: 100_000 };

const open = () => [...Deno.readDirSync("/proc/self/fd")].length;

async function failedStarts(times: number): Promise<DescriptorCount> {
  const program = { processPath: "/bin/sh", arguments: '-c "echo out; echo err >&2; exit 3"' };
  await using site = await backendSite({}, { ...program, ...OFTEN });
  const { directory } = site.backend;
  let before = 0;
  for (let i = 0; i < times; i++) {
    if (i === WARM_UP) before = open();
    await waitForTarget(directory);
  }
  await site.backend.stop();
  const told = site.log.events.filter(({ name }) => name === "backend-start-failed").length;
  return { before, after: open(), told };
}

async function crashes(times: number): Promise<DescriptorCount> {
  await using site = await backendSite({ APP_CHILD: "1" }, OFTEN);
  const { directory } = site.backend;
  let before = 0;
  for (let i = 0; i < times; i++) {
    const { id } = await expectTarget(directory);
    if (i === WARM_UP) before = open();
    const started = site.log.events.findLast(({ name }) => name === "backend-started");
    const pid = Number(started?.facts?.pid);
    Deno.kill(pid, "SIGKILL");
    await eventually(() => !isRunning(pid));
    directory.report(id, "broken");
  }
  await expectTarget(directory);
  const told = () => site.log.events.filter(({ name }) => name === "backend-exited").length;
  // The last one may still be ending beside its successor.
  await eventually(() => told() === times);
  return { before, after: open(), told: told() };
}

if (import.meta.main) {
  const [what = "", times = ""] = Deno.args;
  const count = await (what === "crashes" ? crashes : failedStarts)(Number(times));
  Deno.stdout.writeSync(new TextEncoder().encode(`${JSON.stringify(count)}\n`));
}
