import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { logFiles } from "../../../../src/backend/stdout_log/_stdout_log_files.ts";
import {
  isOutputTaken,
  type StdoutLog,
  stdoutLogs,
} from "../../../../src/backend/stdout_log/stdout_log.ts";
import type { AspNetCoreConfig } from "../../../../src/config/app_config.ts";
import { appConfig } from "../../../support/app_config.ts";
import { eventLog } from "../../../support/events.ts";
import { eventually } from "../../../support/eventually.ts";
import { FakeClock } from "../../../support/fake_clock.ts";

/** The moment of ANCM G-7, plus what was advanced. */
class LogClock extends FakeClock {
  override date(): Date {
    return new Date(Date.UTC(2018, 1, 5, 19, 41, 32) + this.now());
  }
}

const FIRST = "stdout_20180205194132_1934";

async function site(
  settings: Record<string, string> = {},
  aspNetCore: Partial<AspNetCoreConfig> = {},
) {
  const root = await Deno.realPath(await Deno.makeTempDir());
  const log = eventLog();
  const clock = new LogClock();
  const config = appConfig(root, {
    stdoutLogEnabled: true,
    stdoutLogFile: ".\\logs\\stdout",
    handlerSettings: Object.entries(settings).map(([name, value]) => ({ name, value })),
    ...aspNetCore,
  });
  const openLog = stdoutLogs({ hostPid: 1934, isWindows: false, clock, report: log.report });
  const open = () => openLog(config);
  return {
    root,
    log,
    clock,
    open,
    /** Opens a log that web.config asks for. */
    opened(): StdoutLog {
      const opened = open();
      ok(opened);
      return opened;
    },
    read: (name: string) => Deno.readTextFile(`${root}/logs/${name}`),
    async names() {
      const entries = await Array.fromAsync(Deno.readDir(`${root}/logs`));
      return entries.map(({ name }) => name).sort();
    },
    async [Symbol.asyncDispose]() {
      await Deno.remove(root, { recursive: true });
    },
  };
}

const line = (text: string, stream: "stdout" | "stderr" = "stdout") => ({ pid: 7, stream, text });

Deno.test("stdoutLogs() names the file by UTC time and the host's process id, in a folder it makes (ANCM L-2, G-7)", async () => {
  await using at = await site();
  await using _log = at.opened();
  await eventually(async () => (await at.names().catch(() => [])).length > 0);
  deepStrictEqual(await at.names(), [`${FIRST}.log`]);
  if (Deno.build.os !== "windows") {
    const { mode } = await Deno.stat(`${at.root}/logs/${FIRST}.log`);
    strictEqual((mode ?? 0) & 0o777, 0o640 & ~Deno.umask());
  }
});

Deno.test("stdoutLogs() appends to the last segment as it is (ANCM L-2)", async () => {
  await using at = await site({}, { stdoutLogFile: ".\\logs\\" });
  await at.opened()[Symbol.asyncDispose]();
  deepStrictEqual(await at.names(), ["_20180205194132_1934.log"]);
});

Deno.test("take() writes both streams as they come, seen without time passing (ANCM L-1)", async () => {
  await using at = await site();
  await using log = at.opened();
  log.take(line("one"));
  log.take(line("two", "stderr"));
  log.take(line("three"));
  await eventually(async () =>
    await at.read(`${FIRST}.log`).catch(() => "") === "one\ntwo\nthree\n"
  );
  log.take(line("four"));
  await eventually(async () => (await at.read(`${FIRST}.log`)).endsWith("three\nfour\n"));
  deepStrictEqual(at.log.names(), ["- stdout-log-opened"]);
});

Deno.test("disposing of a log writes what is left; a file without output stays (ANCM L-5)", async () => {
  await using at = await site();
  const log = at.opened();
  for (let i = 0; i < 20_000; i++) log.take(line(`line ${i}`));
  await log[Symbol.asyncDispose]();
  const lines = (await at.read(`${FIRST}.log`)).split("\n");
  strictEqual(lines.length, 20_001);
  strictEqual(lines[19_999], "line 19999");
  await at.clock.advance(1000);
  await at.opened()[Symbol.asyncDispose]();
  strictEqual(await at.read("stdout_20180205194133_1934.log"), "");
  log.take(line("too late"));
  strictEqual((await at.read(`${FIRST}.log`)).includes("too late"), false);
});

Deno.test("stdoutLogs() opens nothing that is there already, for two processes of one second either (ANCM L-3)", async () => {
  await using at = await site();
  await Deno.mkdir(`${at.root}/logs`);
  await Deno.writeTextFile(`${at.root}/logs/${FIRST}.log`, "precious");
  await Deno.symlink(`${at.root}/elsewhere`, `${at.root}/logs/${FIRST}_2.log`);
  const [a, b] = [at.opened(), at.opened()];
  a.take(line("a"));
  b.take(line("b"));
  await Promise.all([a, b].map((one) => one[Symbol.asyncDispose]()));
  strictEqual(await at.read(`${FIRST}.log`), "precious");
  const written = [await at.read(`${FIRST}_3.log`), await at.read(`${FIRST}_4.log`)];
  deepStrictEqual(written.sort(), ["a\n", "b\n"]);
  strictEqual((await at.names()).length, 4);
});

Deno.test("stdoutLogs() makes no log where it is off, or the output is not taken (ANCM C-17, C-43)", async () => {
  await using off = await site({}, { stdoutLogEnabled: false });
  strictEqual(off.open(), undefined);
  await using dropped = await site({ EnableOutOfProcessConsoleRedirection: "False" });
  strictEqual(dropped.open(), undefined);
  deepStrictEqual(dropped.log.names(), []);
});

for (const [value, taken] of [["false", false], ["FALSE", false], ["0", true], ["", true]]) {
  Deno.test(`isOutputTaken() is ${taken} for "${value}": only false turns it off (ANCM C-43)`, () => {
    const handlerSettings = [{
      name: "enableOutOfProcessConsoleRedirection",
      value: String(value),
    }];
    strictEqual(isOutputTaken(appConfig("/", { handlerSettings }).aspNetCore), taken);
  });
}

Deno.test("a log that cannot be created is told with id 1004, and lines are taken all the same (ANCM L-9, L-23)", async () => {
  await using at = await site();
  await Deno.writeTextFile(`${at.root}/logs`, "not a folder");
  await using log = at.opened();
  log.take(line("lost"));
  const event = await eventually(() => at.log.find("stdout-log-not-created"));
  strictEqual(event.eventId, 1004);
  strictEqual(event.level, "warning");
  ok(event.message.startsWith(`Cannot create the stdout log "${at.root}/logs/${FIRST}.log": `));
  log.take(line("lost, too"));
  await log[Symbol.asyncDispose]();
  deepStrictEqual(at.log.names(), ["1004 stdout-log-not-created"]);
});

Deno.test("a path of Windows is told with id 1004 elsewhere (ANCM C-57, L-9)", async () => {
  await using at = await site({}, { stdoutLogFile: "D:\\logs\\stdout" });
  strictEqual(at.open(), undefined);
  deepStrictEqual(at.log.names(), ["1004 stdout-log-not-created"]);
  ok(at.log.events[0]?.message.includes('"D:\\logs\\stdout": it is a path of Windows'));
});

Deno.test("stdoutLogMaxSize begins another file before one passes it", async () => {
  await using at = await site({ stdoutLogMaxSize: "10", stdoutLogFilesKept: "0" });
  const log = at.opened();
  for (const text of ["12345678", "abcdefgh", "x"]) {
    log.take(line(text));
    await eventually(async () => {
      const names = await at.names().catch(() => []);
      const texts = await Promise.all(names.map(at.read));
      return texts.join("").includes(text);
    });
  }
  await log[Symbol.asyncDispose]();
  deepStrictEqual(await at.names(), [`${FIRST}.log`, `${FIRST}_2.log`, `${FIRST}_3.log`].sort());
  strictEqual(await at.read(`${FIRST}_2.log`), "abcdefgh\n");
  strictEqual(await at.read(`${FIRST}_3.log`), "x\n");
  strictEqual(at.log.names().filter((name) => name === "- stdout-log-rotated").length, 2);
});

Deno.test("stdoutLogMaxAge begins another file with the next output, and none without", async () => {
  await using at = await site({ stdoutLogMaxAge: "00:00:10" });
  const log = at.opened();
  log.take(line("young"));
  await eventually(async () => await at.read(`${FIRST}.log`).catch(() => "") !== "");
  await at.clock.advance(60_000);
  deepStrictEqual(await at.names(), [`${FIRST}.log`]);
  log.take(line("old"));
  await log[Symbol.asyncDispose]();
  strictEqual(await at.read(`${FIRST}.log`), "young\n");
  strictEqual(await at.read(`${FIRST}_2.log`), "old\n");
});

Deno.test("stdoutLogFilesKept deletes the oldest files of exactly this log, no other, no link, none in use", async () => {
  await using at = await site({ stdoutLogFilesKept: "3" });
  const folder = `${at.root}/logs`;
  await Deno.mkdir(folder);
  const own = [1, 2, 3].map((day) => `stdout_2018010${day}000000_${day}.log`);
  const others = [
    "stdout.log",
    "stdout_2018_1.log",
    "stdout_20180101000000_1.log.gz",
    "my_stdout_20180101000000_1.log",
    "stdout_20180101000000_x.log",
  ];
  const old = new Date(2018, 0, 1).getTime();
  for (const [i, name] of [...own, ...others].entries()) {
    await Deno.writeTextFile(`${folder}/${name}`, name);
    await Deno.utime(`${folder}/${name}`, new Date(old + i * 1000), new Date(old + i * 1000));
  }
  const link = "stdout_20170101000000_1.log";
  await Deno.symlink(`${folder}/stdout.log`, `${folder}/${link}`);
  await using first = at.opened();
  first.take(line("in use"));
  await eventually(async () => !(await at.names()).includes(own[0] ?? ""));
  await eventually(async () => await at.read(`${FIRST}.log`) !== "");
  await Deno.utime(`${folder}/${FIRST}.log`, new Date(old), new Date(old)); // the oldest by far
  await at.opened()[Symbol.asyncDispose]();
  deepStrictEqual(
    await at.names(),
    [...others, link, own[2], `${FIRST}.log`, `${FIRST}_2.log`].sort(),
  );
  strictEqual(at.log.names().filter((name) => name === "- stdout-log-deleted").length, 2);
});

Deno.test("a folder of logs that cannot be listed is told, and no more than that", async () => {
  await using at = await site();
  const prefix = `${at.root}/absent/stdout`;
  await logFiles({ prefix, kept: 1, open: new Set(), report: at.log.report }).prune();
  deepStrictEqual(at.log.names(), ["- stdout-log-not-deleted"]);
});
