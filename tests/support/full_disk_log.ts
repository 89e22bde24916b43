/**
 * Run in a mount namespace of its own by tests/integration/stdout_log_test.ts, with a folder that is a file system of 64 KiB:
 * writes a stdout log until it is full, makes room, and prints as JSON what was reported and what the file holds.
 */
import { stdoutLogs } from "../../src/backend/stdout_log/stdout_log.ts";
import { systemClock } from "../../src/contract/clock.ts";
import { appConfig } from "./app_config.ts";
import { eventLog } from "./events.ts";
import { eventually } from "./eventually.ts";

const [folder = ""] = Deno.args;
const filler = `${folder}/filler`;
const log = eventLog();
const options = { hostPid: Deno.pid, isWindows: false, clock: systemClock, report: log.report };
const config = appConfig(folder, { stdoutLogEnabled: true, stdoutLogFile: "stdout" });

await Deno.writeFile(filler, new Uint8Array(44 * 1024));
const written = stdoutLogs(options)(config);
if (!written) throw new Error("No log");
for (let i = 0; i < 30; i++) {
  written.take({ pid: 1, stream: "stdout", text: `${i} ${"x".repeat(1000)}` });
}
await eventually(() => log.find("stdout-log-broken"));
await Deno.remove(filler);
await eventually(() => log.find("stdout-log-mended"));
await written[Symbol.asyncDispose]();

const names = (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name);
const text = await Deno.readTextFile(`${folder}/${names[0]}`);
const lines = text.split("\n").map((line) => line.replace(/ x{1000}$/, ""));
// deno-lint-ignore no-console -- the test that runs this reads it
console.log(JSON.stringify({ events: log.names(), files: names.length, lines }));
