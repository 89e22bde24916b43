// Treats the executable badly, with a good client beside that must notice nothing.
//
//   deno task robust [--soak=SECONDS] [--only=TEXT]
//
// Slow heads, slow bodies, slow readers, idle sockets and load from other programs; then mixed load for a while
// (60 s unless said otherwise) in which the backend is killed every 20 s. Ends with 1 where anything was lost, or
// where sockets or memory grew. Programs that are not installed are named. Tries dist/test/ancm-host, which
// `deno task build --for-tests` makes, or what ANCM_HOST_EXE names.

import { parseArgs } from "node:util";
import { CASES, type RobustCase } from "./robust/cases.ts";
import { besideGoodClient } from "./robust/good_client.ts";
import { faultsOf, memoryOf, soak } from "./robust/soak.ts";
import { holdingsOf, openStage, type Stage } from "./robust/stage.ts";

const { values } = parseArgs({
  options: { soak: { type: "string", default: "60" }, only: { type: "string", default: "" } },
});
const seconds = Number(values.soak);
if (!(seconds >= 0)) throw new RangeError("Cannot soak: --soak is a number of seconds");

function print(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}

let faults = 0;
{
  await using stage = await openStage();
  for (const one of CASES.filter(({ name }) => name.includes(values.only))) {
    await runCase(stage, one);
  }
  if (seconds > 0) await runSoak(stage);
}
print(faults === 0 ? "Nothing was lost" : `${faults} faults`);
Deno.exit(faults === 0 ? 0 : 1);

async function runCase(stage: Stage, { name, program, run }: RobustCase): Promise<void> {
  if (program !== undefined && !await isInstalled(program)) {
    return print(`${name}: passed over, "${program}" is not installed`);
  }
  let told = "";
  let fault: string | undefined;
  const good = await besideGoodClient(stage, async () => {
    told = await run(stage).catch((error) => fault = String(error));
  });
  print(`${name}: ${told}`);
  const { sockets, mebibytes } = await holdingsOf(stage.host);
  print(
    `    good client: ${good.requests} requests, ${good.failureCount} failed, ` +
      `slowest ${good.worstMs} ms; host: ${sockets} sockets, ${mebibytes} MiB`,
  );
  if (fault !== undefined) faulty(fault);
  for (const failure of good.failures) faulty(`the good client met ${failure}`);
}

async function runSoak(stage: Stage): Promise<void> {
  print(`soak of ${seconds} s, the backend killed every 20 s`);
  const result = await soak(stage, seconds);
  const { middle, late } = memoryOf(result);
  print(
    `    ${result.kills} kills; ${result.idempotent} idempotent requests, ` +
      `${result.idempotentFailures.length} failed; ${result.others} others, ` +
      `${result.othersCut} cut; sockets ${result.socketsBefore} → ${result.socketsAfter}; ` +
      `memory ${middle} MiB in the second quarter, ${late} MiB in the last`,
  );
  for (const fault of faultsOf(result)) faulty(fault);
}

function faulty(what: string): void {
  faults++;
  print(`    FAULT: ${what}`);
}

/** Whether a program is on the path. */
async function isInstalled(program: string): Promise<boolean> {
  const folders = (Deno.env.get("PATH") ?? "").split(":");
  const found = folders.map((folder) => Deno.stat(`${folder}/${program}`));
  return (await Promise.allSettled(found)).some(({ status }) => status === "fulfilled");
}
