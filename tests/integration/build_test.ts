import assert from "node:assert/strict";
import { join } from "node:path";
import { type Build, projectBuild } from "../../src/backend/development/build.ts";
import { StartFault } from "../../src/backend/process/failure.ts";
import { type EventLog, eventLog } from "../support/events.ts";
import { eventually } from "../support/eventually.ts";
import { tempFolder } from "../support/executable.ts";
import { FakeClock } from "../support/fake_clock.ts";

interface Bench extends AsyncDisposable {
  readonly build: Build;
  readonly clock: FakeClock;
  readonly log: EventLog;
  /** What `dotnet` does from now on, as a shell's script; each call is noted before. */
  dotnet(script: string): Promise<void>;
  /** The arguments of each call. */
  calls(): Promise<string[]>;
}

/** A project that is built by a `dotnet` of the test's own. */
async function bench(script: string): Promise<Bench> {
  const folder = await tempFolder();
  const clock = new FakeClock();
  const log = eventLog();
  const calls = join(folder.path, "calls");
  const dotnet = (script: string) =>
    Deno.writeTextFile(
      join(folder.path, "dotnet"),
      `#!/bin/sh\necho "$@" >>${calls}\n${script}\n`,
      {
        mode: 0o755,
      },
    );
  await dotnet(script);
  const build = projectBuild({
    file: join(folder.path, "Shop.csproj"),
    environment: { PATH: `${folder.path}:${Deno.env.get("PATH")}` },
    clock,
    report: log.report,
  });
  return {
    build,
    clock,
    log,
    dotnet,
    calls: async () =>
      (await Deno.readTextFile(calls).catch(() => "")).split("\n").filter((line) => line !== ""),
    async [Symbol.asyncDispose]() {
      build[Symbol.dispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}

function rejectsWith(promise: Promise<unknown>, message: RegExp, detail = /^/): Promise<void> {
  return assert.rejects(promise, (error) => {
    assert.ok(error instanceof StartFault);
    assert.match(error.message, message);
    assert.match(error.details.join("\n"), detail);
    return error.code === "start-not-built";
  });
}

function buildTest(name: string, fn: () => Promise<void>): void {
  Deno.test({ name, ignore: Deno.build.os === "windows", fn });
}

buildTest(
  "Build builds once for all who wait, and again only when sources have changed",
  async () => {
    await using shop = await bench("echo '  Shop -> Shop.dll'");
    await Promise.all([shop.build.ready(), shop.build.ready()]);
    await shop.build.ready();
    assert.equal((await shop.calls()).length, 1);
    assert.match((await shop.calls())[0] ?? "", /^build \S+Shop\.csproj -nologo/);
    assert.deepEqual(shop.log.names(), ["- build-started", "- build-done"]);
    assert.deepEqual(shop.build.tail(), ["  Shop -> Shop.dll"]);
    shop.build.outdated();
    await shop.build.ready();
    assert.equal((await shop.calls()).length, 2);
  },
);

buildTest("Build begins again when sources change while it builds", async () => {
  await using shop = await bench("sleep 600");
  const ready = shop.build.ready();
  await eventually(async () => (await shop.calls()).length === 1);
  assert.ok(shop.build.isBusy);
  await shop.dotnet("exit 0");
  shop.build.outdated();
  await ready;
  assert.equal((await shop.calls()).length, 2);
  assert.ok(!shop.build.isBusy);
  assert.deepEqual(shop.log.names(), ["- build-started", "- build-started", "- build-done"]);
});

buildTest(
  "Build tells what is wrong, and tries again after a while though no source has changed",
  async () => {
    await using shop = await bench(
      "echo 'P.cs(1,2): error CS1002: ; expected [/a/Shop.csproj]'; exit 1",
    );
    await rejectsWith(
      shop.build.ready(),
      /^Cannot build "Shop\.csproj": 1 error$/,
      /^P\.cs.*expected$/,
    );
    await rejectsWith(shop.build.ready(), /1 error/);
    assert.equal((await shop.calls()).length, 1, "what has just failed fails again");
    assert.deepEqual(shop.log.names(), ["- build-started", "- build-error"]);
    await shop.dotnet("exit 0");
    await shop.clock.advance(2_000);
    await shop.build.ready();
  },
);

buildTest("Build ends what it is at when it is disposed of", async () => {
  await using shop = await bench("sleep 600");
  const ready = shop.build.ready();
  await eventually(async () => (await shop.calls()).length === 1);
  shop.build[Symbol.dispose]();
  await assert.rejects(ready);
});

const properties = (RunCommand: string, TargetFrameworks = "") =>
  JSON.stringify({ Properties: { RunCommand, RunArguments: "exec x.dll", TargetFrameworks } });

buildTest("Build asks the project what starts it", async () => {
  await using shop = await bench(`echo 'a warning'; echo '${properties("/bin/shop")}'`);
  assert.deepEqual(await shop.build.launcher(), { path: "/bin/shop", args: "exec x.dll" });
});

buildTest("Build takes the first of several frameworks", async () => {
  const one = properties("/bin/net10/shop");
  const all = properties("", "net10.0;net9.0");
  await using shop = await bench(
    `case "$*" in *TargetFramework=net10.0*) echo '${one}';; *) echo '${all}';; esac`,
  );
  assert.equal((await shop.build.launcher()).path, "/bin/net10/shop");
});

buildTest("Build leaves it to dotnet run where the SDK is too old to tell", async () => {
  await using shop = await bench("echo 'MSBUILD : error MSB1001: Unknown switch.'; exit 1");
  const { path, args } = await shop.build.launcher();
  assert.equal(path, "dotnet");
  assert.match(args, /^run --no-build --no-launch-profile --project ".*Shop\.csproj" --$/);
});

buildTest("Build refuses a project that cannot be read, or makes no program", async () => {
  await using broken = await bench("echo 'error MSB4025: no XML'; exit 1");
  await rejectsWith(broken.build.launcher(), /^Cannot read "Shop\.csproj"$/, /MSB4025/);
  await using library = await bench(`echo '${properties("")}'`);
  await rejectsWith(library.build.launcher(), /^Cannot run "Shop\.csproj": it makes no program$/);
});
