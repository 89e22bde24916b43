import assert from "node:assert/strict";
import type { AppConfig } from "../../src/config/app_config.ts";
import { type BackendSite, backendSite } from "../support/backend_site.ts";
import { expectTarget, waitForTarget } from "../support/backend_wait.ts";
import { eventually } from "../support/eventually.ts";
import { isRunning } from "../support/processes.ts";
import { drainAtOnce } from "../support/retired.ts";

/** What lives is read from `/proc`. */
const LINUX = { ignore: Deno.build.os !== "linux" };

/** Gives the site's configuration with other variables. */
function withVariables({ config }: BackendSite, variables: Record<string, string>): AppConfig {
  const environmentVariables = Object.entries(variables).map(([name, value]) => ({ name, value }));
  return { ...config, aspNetCore: { ...config.aspNetCore, environmentVariables } };
}

async function ask(port: number, path: string): Promise<string> {
  return await (await fetch(`http://127.0.0.1:${port}${path}`)).text();
}

/** The processes that live. */
function living(site: BackendSite): number[] {
  return site.pids().filter(isRunning);
}

Deno.test(
  "recycle() lets the old process serve until the new one does, with the new configuration (ANCM O-41)",
  LINUX,
  async () => {
    await using site = await backendSite({ OWN: "old" });
    const { directory } = site.backend;
    const old = await expectTarget(directory);
    const config = withVariables(site, { OWN: "new", APP_DELAY_MS: "100" });
    const recycled = site.backend.recycle({ reason: "web.config has changed", config });
    assert.deepEqual(directory.current().targets, [old]);
    assert.equal((await recycled).outcome, "switched");
    const [target] = directory.current().targets;
    assert.equal(target?.generation, 2);
    assert.equal(JSON.parse(await ask(target?.port ?? 0, "/env")).OWN, "new");
    // Nothing says that the old one is drained: it still answers what it has.
    assert.equal(JSON.parse(await ask(old.port, "/env")).OWN, "old");
    assert.equal(living(site).length, 2);
    directory.drained(1);
    await eventually(() => directory.current().retiring.length === 0);
    assert.equal(living(site).length, 1);
  },
);

Deno.test("recycle() ends what is in flight at shutdownTimeLimit", LINUX, async () => {
  await using site = await backendSite({}, { shutdownTimeLimitMs: 300 });
  const { directory } = site.backend;
  await expectTarget(directory);
  await site.backend.recycle({ reason: "asked to" });
  await eventually(() => directory.current().retiring.length === 0);
  assert.equal(living(site).length, 1);
});

for (const mode of ["exit", "missing"]) {
  Deno.test(
    `recycle() leaves the old one serving where the new one fails: ${mode}`,
    LINUX,
    async () => {
      await using site = await backendSite({ OWN: "old" });
      const { directory } = site.backend;
      const old = await expectTarget(directory);
      const broken = withVariables(site, { APP_MODE: "exit", APP_EXIT_CODE: "3" });
      const config = mode === "exit" ? broken : {
        ...site.config,
        aspNetCore: { ...site.config.aspNetCore, processPath: ".\\absent.exe" },
      };
      const { outcome, message } = await site.backend.recycle({ reason: "changed", config });
      assert.equal(outcome, "kept");
      assert.match(message, mode === "exit" ? /exit code 3/ : /absent\.exe/);
      assert.deepEqual(directory.current().targets, [old]);
      assert.equal(JSON.parse(await ask(old.port, "/env")).OWN, "old");
      assert.equal(site.log.find("backend-recycle-failed")?.eventId, 1022);
      assert.equal(living(site).length, 1);
    },
  );
}

Deno.test("recycle() by stop-first ends the old one before the new one starts", LINUX, async () => {
  const handlerSettings = [{ name: "recycle", value: "stop-first" }];
  await using site = await backendSite({}, { handlerSettings });
  using over = aborting();
  const { directory } = site.backend;
  await expectTarget(directory);
  const [old = 0] = site.pids();
  void drainAtOnce(directory, over.signal);
  const recycled = site.backend.recycle({ reason: "asked to" });
  assert.equal(directory.current().state, "stopping");
  const waiters = [1, 2, 3].map(() => expectTarget(directory));
  await eventually(() => directory.current().state === "starting");
  assert.equal(isRunning(old), false);
  assert.deepEqual((await Promise.all(waiters)).map(({ generation }) => generation), [2, 2, 2]);
  assert.equal((await recycled).outcome, "switched");
});

Deno.test(
  "recycle() of an app with a port of its own works, and says that it was stop-first (ANCM O-42)",
  LINUX,
  async () => {
    const port = await freePort();
    await using site = await backendSite({ ASPNETCORE_PORT: String(port) });
    using over = aborting();
    const { directory } = site.backend;
    assert.equal((await expectTarget(directory)).port, port);
    void drainAtOnce(directory, over.signal);
    const { outcome } = await site.backend.recycle({ reason: "asked to" });
    assert.equal(outcome, "switched");
    assert.equal(directory.current().targets[0]?.port, port);
    assert.equal(site.log.find("backend-recycling")?.facts?.how, "stop-first");
    assert.equal(living(site).length, 1);
  },
);

Deno.test(
  "ten recycles in a row leave one process, and a target at every moment",
  LINUX,
  async () => {
    await using site = await backendSite();
    using over = aborting();
    const { directory } = site.backend;
    await expectTarget(directory);
    void drainAtOnce(directory, over.signal);
    const seen: string[] = [];
    const watch = (async () => {
      for (let now = directory.current();; now = await directory.changed(now, over.signal)) {
        seen.push(now.state);
      }
    })().catch(() => {});
    for (let i = 0; i < 10; i++) {
      assert.equal((await site.backend.recycle({ reason: `number ${i}` })).outcome, "switched");
    }
    over.abort();
    await watch;
    directory.drained(10);
    await eventually(() => directory.current().retiring.length === 0);
    assert.deepEqual(new Set(seen), new Set(["ready"]));
    assert.equal(living(site).length, 1);
    assert.equal(site.backend.status().recycles, 10);
  },
);

Deno.test(
  "goOffline() ends the backend, comeBack() lets a request start it (ANCM O-3, O-7)",
  LINUX,
  async () => {
    const looks: number[] = [];
    await using site = await backendSite({}, {}, { lookAgain: () => looks.push(1) });
    using over = aborting();
    const { directory } = site.backend;
    await expectTarget(directory);
    void drainAtOnce(directory, over.signal);
    await site.backend.goOffline();
    assert.deepEqual(living(site), []);
    const found = await waitForTarget(directory);
    assert.equal("state" in found && found.state, "offline");
    assert.ok(looks.length > 0);
    site.backend.comeBack();
    assert.equal((await expectTarget(directory)).generation, 2);
    assert.equal(site.log.find("backend-exited"), undefined);
  },
);

Deno.test("goOffline() ends a start", LINUX, async () => {
  await using site = await backendSite({ APP_MODE: "never", APP_PRINT: "up" });
  const waiter = waitForTarget(site.backend.directory);
  await eventually(() => site.lines.length > 0);
  await site.backend.goOffline();
  const found = await waiter;
  assert.equal("state" in found && found.state, "offline");
  assert.deepEqual(site.lines.map(({ pid }) => pid).filter(isRunning), []);
});

Deno.test("rest() ends the backend until the next request (ANCM O-53)", LINUX, async () => {
  await using site = await backendSite();
  using over = aborting();
  const { directory } = site.backend;
  await expectTarget(directory);
  void drainAtOnce(directory, over.signal);
  site.backend.rest("no request for 20 minutes");
  await eventually(() => living(site).length === 0);
  assert.equal(directory.current().state, "stopped");
  assert.equal((await expectTarget(directory)).generation, 2);
});

Deno.test("a stop during a recycle leaves no process of any generation", LINUX, async () => {
  await using site = await backendSite();
  await expectTarget(site.backend.directory);
  const config = withVariables(site, { APP_MODE: "never", APP_PRINT: "up" });
  const recycled = site.backend.recycle({ reason: "asked to", config });
  await eventually(() => site.lines.some(({ text }) => text === "up"));
  await site.backend.stop();
  assert.equal((await recycled).outcome, "given-up");
  assert.deepEqual(site.lines.map(({ pid }) => pid).filter(isRunning), []);
});

function aborting(): Disposable & { readonly signal: AbortSignal; abort(): void } {
  const controller = new AbortController();
  const abort = () => controller.abort();
  return { signal: controller.signal, abort, [Symbol.dispose]: abort };
}

/** A port of the range that may be configured, free a moment ago. */
async function freePort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 10_000);
    try {
      Deno.listen({ hostname: "127.0.0.1", port }).close();
      return port;
    } catch {
      await Promise.resolve(); // taken: the next one
    }
  }
}
