import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { backendSite } from "../support/backend_site.ts";
import { expectFailure, expectTarget } from "../support/backend_wait.ts";
import { eventually } from "../support/eventually.ts";
import { runIfInstalled } from "../support/programs.ts";

const ON = { stdoutLogEnabled: true, stdoutLogFile: ".\\logs\\stdout" };

/** What each log file of an application holds, oldest first. */
async function logsOf(root: string): Promise<string[]> {
  const names = (await Array.fromAsync(Deno.readDir(`${root}/logs`))).map(({ name }) => name);
  for (const name of names) ok(new RegExp(`^stdout_\\d{14}_${Deno.pid}(_\\d+)?\\.log$`).test(name));
  return await Promise.all(names.sort().map((name) => Deno.readTextFile(`${root}/logs/${name}`)));
}

Deno.test("all that a backend prints is in its stdout log when it has stopped (ANCM L-1, L-2)", async () => {
  await using site = await backendSite({ APP_FLOOD: "1000000" }, ON);
  await expectTarget(site.backend.directory);
  await site.backend.stop();
  const [log = "", ...more] = await logsOf(site.root);
  deepStrictEqual(more, []);
  ok(site.lines.length > 20_000);
  ok(log === site.lines.map(({ text }) => `${text}\n`).join("")); // two megabytes to show otherwise
});

Deno.test("what a backend prints can be read while it runs", async () => {
  await using site = await backendSite({ APP_PRINT: "here I am" }, ON);
  await expectTarget(site.backend.directory);
  await eventually(async () => (await logsOf(site.root))[0]?.startsWith("here I am\nlistens on "));
});

Deno.test("both attempts of a start share a stdout log, the next start has its own (ANCM L-3)", async () => {
  const variables = { APP_PRINT: "trying", APP_MODE: "exit", APP_EXIT_CODE: "3" };
  await using site = await backendSite(variables, ON);
  await expectFailure(site.backend.directory);
  await eventually(async () => (await logsOf(site.root))[0] === "trying\ntrying\n");
  await expectFailure(site.backend.directory);
  await site.backend.stop();
  const logs = await logsOf(site.root);
  deepStrictEqual([...new Set(logs)], ["trying\ntrying\n"]);
  ok(logs.length >= 2);
});

Deno.test("a backend whose stdout log cannot be created serves, and the host has its output (ANCM L-9)", async () => {
  await using site = await backendSite({ APP_PRINT: "here I am" }, ON);
  await Deno.writeTextFile(`${site.root}/logs`, "in the way");
  await expectTarget(site.backend.directory);
  strictEqual(site.log.find("stdout-log-not-created")?.eventId, 1004);
  await eventually(() => site.lines.some(({ text }) => text === "here I am"));
});

Deno.test("the output goes nowhere where it is not taken, and the backend serves (ANCM C-43)", async () => {
  const name = "enableOutOfProcessConsoleRedirection";
  const handlerSettings = [{ name, value: "false" }];
  await using site = await backendSite({ APP_FLOOD: "1000000" }, { ...ON, handlerSettings });
  await expectTarget(site.backend.directory);
  await site.backend.stop();
  strictEqual(site.lines.length, 0);
  strictEqual(await Deno.stat(`${site.root}/logs`).catch(() => "absent"), "absent");
});

Deno.test("a disk that is full and has room again costs the stdout log no line and no half one", async () => {
  const folder = await Deno.makeTempDir();
  const script = fileURLToPath(new URL("../support/full_disk_log.ts", import.meta.url));
  const run =
    'mount -t tmpfs -o size=64k tmpfs "$1" || exit 99; exec "$2" run -A --quiet "$3" "$1"';
  try {
    const args = ["sh", "-c", run, "sh", folder, Deno.execPath(), script];
    const printed = await runIfInstalled(
      "unshare",
      "--user",
      "--map-root-user",
      "--mount",
      ...args,
    );
    if (!printed) return;
    if (printed.code === 99 || /unshare/.test(printed.error)) {
      // deno-lint-ignore no-console -- who reads the tests' output is to know
      console.log("    a small file system cannot be mounted here: passed over");
      return;
    }
    strictEqual(printed.code, 0, printed.error);
    const { events, files, lines } = JSON.parse(printed.out);
    deepStrictEqual(events, [
      "- stdout-log-opened",
      "- stdout-log-broken",
      "- stdout-log-mended",
    ]);
    strictEqual(files, 1);
    deepStrictEqual(lines, [...Array.from({ length: 30 }, (_, i) => String(i)), ""]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
