import assert from "node:assert/strict";
import { join } from "node:path";
import {
  type AccessLog,
  AccessLogError,
  type AccessLogOptions,
  openAccessLog,
} from "../../../src/observe/access_log.ts";
import type { LoggedWhen } from "../../../src/contract/exchange_record.ts";
import { eventLog } from "../../support/events.ts";
import { eventually } from "../../support/eventually.ts";
import { FakeClock } from "../../support/fake_clock.ts";
import { observed } from "../../support/observed.ts";

/** Two hours before midnight. */
const START = Date.UTC(2025, 0, 31, 22);
const HOUR_MS = 3_600_000;

class LogClock extends FakeClock {
  override date(): Date {
    return new Date(START + this.now());
  }
}

/** A folder with access logs that hold the paths of what was asked for. */
class Stage implements AsyncDisposable {
  readonly clock = new LogClock();
  readonly events = eventLog();
  readonly printed: string[] = [];
  readonly #logs: AccessLog[] = [];

  constructor(readonly folder: string) {}

  async open(options: Partial<AccessLogOptions> = {}): Promise<AccessLog> {
    const log = await openAccessLog(
      { to: join(this.folder, "access.log"), fields: ["cs-uri-stem"], ...options },
      {
        clock: this.clock,
        report: this.events.report,
        standardOutput: {
          write: (bytes) => {
            this.printed.push(new TextDecoder().decode(bytes));
            return Promise.resolve(bytes.length);
          },
        },
      },
    );
    this.#logs.push(log);
    return log;
  }

  /** Takes a request, and waits for it to be in a file of that name. */
  async take(log: AccessLog, target: string, name: string): Promise<void> {
    const { x, record } = observed({ target });
    log.take(x, record);
    await eventually(async () => {
      await this.clock.advance(1_000);
      return (await this.lines(name)).includes(target);
    }, `${target} does not come to be in ${name}`);
  }

  /** What a file holds less its headers; nothing where it is not there. */
  async lines(name: string): Promise<string[]> {
    const text = await Deno.readTextFile(join(this.folder, name)).catch(() => "");
    return text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  }

  async names(): Promise<string[]> {
    return (await Array.fromAsync(Deno.readDir(this.folder), ({ name }) => name)).sort();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const log of this.#logs) await log[Symbol.asyncDispose]();
    await Deno.remove(this.folder, { recursive: true });
  }
}

async function stage(): Promise<Stage> {
  return new Stage(await Deno.realPath(await Deno.makeTempDir()));
}

Deno.test("openAccessLog() writes into the file that is named, behind what it holds, with a header for each run (IIS M-LG-1)", async () => {
  await using at = await stage();
  await Deno.writeTextFile(join(at.folder, "access.log"), "cut off");
  await at.take(await at.open(), "/one", "access.log");
  const text = await Deno.readTextFile(join(at.folder, "access.log"));
  const header = "#Software: ancm-host\n#Version: 1.0\n#Date: 2025-01-31 22:00:00\n#Fields: ";
  assert.equal(text, `cut off\n${header}cs-uri-stem\n/one\n`);
});

Deno.test("a file that nothing is written into stays as it was", async () => {
  await using at = await stage();
  const log = await at.open();
  await log[Symbol.asyncDispose]();
  assert.equal(await Deno.readTextFile(join(at.folder, "access.log")), "");
});

Deno.test("openAccessLog() begins a file a day in a folder, by the names of IIS, in UTC (IIS section 11.4)", async () => {
  await using at = await stage();
  const log = await at.open({ to: `${at.folder}/logs/` });
  await at.take(log, "/one", "logs/u_ex250131.log");
  await at.clock.advance(2 * HOUR_MS);
  await at.take(log, "/two", "logs/u_ex250201.log");
  assert.deepEqual(await at.lines("logs/u_ex250131.log"), ["/one"]);
});

Deno.test("openAccessLog() takes a folder that is there for a folder, and begins a file an hour", async () => {
  await using at = await stage();
  const log = await at.open({
    to: at.folder,
    rotation: "hourly",
    fields: ["cs-uri-stem", "cs(X)"],
  });
  const { x, record } = observed({ target: "/one" });
  log.take(x, record);
  await log[Symbol.asyncDispose]();
  assert.deepEqual(await at.lines("u_ex25013122_x.log"), ["/one -"]);
});

Deno.test("a folder's files are begun again when they are full, and a later run goes on in the last", async () => {
  await using at = await stage();
  const options = { to: at.folder, rotation: "none", maxBytes: 100 } as const;
  const log = await at.open(options);
  await at.take(log, "/one", "u_extend1.log");
  await at.take(log, `/${"x".repeat(96)}`, "u_extend2.log");
  await log[Symbol.asyncDispose]();
  await at.take(await at.open({ ...options, maxBytes: 0 }), "/three", "u_extend2.log");
  assert.deepEqual(await at.lines("u_extend1.log"), ["/one"]);
});

Deno.test("a named file that is full is renamed by the time, and the oldest are deleted", async () => {
  await using at = await stage();
  await Deno.writeTextFile(join(at.folder, "access.20250101T000000Z.log"), "old\n");
  await Deno.writeTextFile(join(at.folder, "access.mine.log"), "not ours\n");
  await Deno.utime(join(at.folder, "access.20250101T000000Z.log"), 1, 1);
  const log = await at.open({ maxBytes: 10, kept: 2 });
  await at.take(log, "/one/two/three", "access.log");
  await at.take(log, "/four", "access.log");
  await eventually(() => at.events.find("access-log-deleted"));
  const [first, ...others] = await at.names();
  assert.match(first ?? "", /^access\.20250131T2200\d\dZ\.log$/);
  assert.deepEqual(others, ["access.log", "access.mine.log"]);
  assert.deepEqual(await at.lines(first ?? ""), ["/one/two/three"]);
});

Deno.test("a named file of yesterday is renamed when the next run begins", async () => {
  await using at = await stage();
  await Deno.writeTextFile(join(at.folder, "access.log"), "/yesterday\n");
  await Deno.utime(join(at.folder, "access.log"), START / 1_000 - 86_400, START / 1_000 - 86_400);
  await at.take(await at.open({ rotation: "daily" }), "/today", "access.log");
  assert.deepEqual(await at.lines("access.log"), ["/today"]);
  assert.equal((await at.names()).length, 2);
});

Deno.test("AccessLog.reopen() goes on in a new file when another program has moved the one it had", async () => {
  await using at = await stage();
  const log = await at.open();
  await at.take(log, "/one", "access.log");
  await Deno.rename(join(at.folder, "access.log"), join(at.folder, "moved"));
  const { x, record } = observed({ target: "/before" });
  log.take(x, record);
  await log.reopen();
  await at.take(log, "/after", "access.log");
  assert.deepEqual(await at.lines("moved"), ["/one", "/before"]);
  assert.deepEqual(await at.lines("access.log"), ["/after"]);
});

Deno.test("openAccessLog() writes to standard output for -, JSON without a header", async () => {
  await using at = await stage();
  const log = await at.open({ to: "-", format: "json", fields: ["target"], maxBytes: 1 });
  for (const target of ["/one", "/two"]) {
    const { x, record } = observed({ target });
    log.take(x, record);
  }
  await log[Symbol.asyncDispose]();
  assert.deepEqual(at.printed.join(""), '{"target":"/one"}\n{"target":"/two"}\n');
  assert.deepEqual(await at.names(), []);
});

Deno.test("openAccessLog() says what to do where its file cannot be had", async () => {
  await using at = await stage();
  await Deno.writeTextFile(join(at.folder, "file"), "");
  await assert.rejects(
    at.open({ to: join(at.folder, "file", "access.log") }),
    (error) =>
      error instanceof AccessLogError && !error.isUsage &&
      /^Cannot write the access log ".*": .*; name another place with --access-log$/.test(
        error.message,
      ),
  );
});

const LOGGED: [when: LoggedWhen, statuses: number[]][] = [
  ["always", [200, 399, 400, 500]],
  ["success", [200, 399]],
  ["error", [400, 500]],
  ["never", []],
];

for (const [loggedWhen, statuses] of LOGGED) {
  Deno.test(`AccessLog.take() writes ${statuses} where httpLogging says ${loggedWhen} (IIS M-LG-0)`, async () => {
    await using at = await stage();
    const log = await at.open({ to: "-", format: "json", fields: ["status"] });
    for (const status of [200, 399, 400, 500]) {
      const { x, record } = observed({ record: { status, loggedWhen } });
      log.take(x, record);
    }
    await log[Symbol.asyncDispose]();
    assert.equal(at.printed.join(""), statuses.map((one) => `{"status":${one}}\n`).join(""));
  });
}

Deno.test("AccessLog.take() never waits for a reader that takes nothing, and counts what is lost", async () => {
  const clock = new LogClock();
  const events = eventLog();
  const write = () => new Promise<number>(() => {});
  const options = { to: "-", format: "json", fields: ["target"] } as const;
  const log = await openAccessLog(options, {
    clock,
    report: events.report,
    standardOutput: { write },
  });
  const { x, record } = observed({ target: `/${"x".repeat(100_000)}` });
  for (let i = 0; i < 100; i++) log.take(x, record);
  assert.ok(log.lost > 0 && log.lost < 100, String(log.lost));
  const over = log[Symbol.asyncDispose]();
  await clock.advance(2_000);
  await over;
  assert.equal(log.lost, 100);
  assert.equal(events.find("access-log-lines-lost")?.facts?.lines, 100);
});
