import assert from "node:assert/strict";
import { emptyContent } from "../../../src/contract/content.ts";
import type { DirectorySnapshot } from "../../../src/contract/directory.ts";
import type { Reply } from "../../../src/contract/exchange.ts";
import { HostError } from "../../../src/contract/host_error.ts";
import { backendWait } from "../../../src/gateway/backend_wait.ts";
import { FieldList } from "../../../src/http1/mod.ts";
import { withWaitingPage } from "../../../src/host/waiting.ts";
import { FakeClock, turn } from "../../support/fake_clock.ts";
import { RawDirectory } from "../../support/raw_directory.ts";
import { rawExchange } from "../../support/raw_exchange.ts";

const BROWSER = [["Accept", "text/html,*/*;q=0.8"]] as const;
const TARGETS = [{ id: 1, generation: 1, port: 5000, token: "t" }];

const named = (reason: string): Reply => ({
  head: { status: 200, reason, fields: new FieldList([]) },
  content: emptyContent,
});

function stage(now: Partial<DirectorySnapshot> = {}) {
  const clock = new FakeClock();
  const directory = new RawDirectory(now);
  const forwarded: string[] = [];
  const handler = withWaitingPage((x) => {
    forwarded.push(x.id);
    return named("forwarded");
  }, {
    directory,
    clock,
    wait: backendWait({ directory, clock, startupTimeLimitMs: 60_000, shutdownTimeLimitMs: 0 }),
    page: () => named("page"),
  });
  return {
    clock,
    directory,
    forwarded,
    /** What a request is answered with, or refused with. */
    async ask(fields: readonly (readonly [string, string])[] = BROWSER): Promise<string> {
      try {
        return (await handler(rawExchange(fields))).head.reason;
      } catch (error) {
        assert.ok(error instanceof HostError);
        return error.message;
      }
    },
  };
}

const failedAs = (start: number, message: string): Partial<DirectorySnapshot> => ({
  state: "failed",
  starts: start,
  failure: { start, reason: { code: "start-not-built", message, details: [] } },
});

Deno.test("withWaitingPage() shows a browser the page when a start takes more than a second", async () => {
  const { clock, directory, ask, forwarded } = stage();
  directory.onWant = () => directory.set({ state: "starting", starts: 1 });
  const answer = ask();
  await clock.advance(999);
  assert.equal(directory.waiting, 1);
  await clock.advance(1);
  assert.equal(await answer, "page");
  assert.equal(directory.waiting, 0, "nobody waits on");
  assert.deepEqual(forwarded, []);
});

Deno.test("withWaitingPage() passes the request on when the start is quick, and leaves no timer", async () => {
  const { clock, directory, ask } = stage();
  const answer = ask();
  await clock.advance(500);
  directory.set({ state: "ready", targets: TARGETS });
  assert.equal(await answer, "forwarded");
  await turn();
  assert.equal(clock.sleeping, 0);
});

Deno.test("withWaitingPage() shows it to nobody but browsers, and to none that the backend can serve", async () => {
  const { ask } = stage({ state: "starting" });
  assert.equal(await ask([]), "forwarded");
  assert.equal(await ask([["Accept", "application/json, text/html;q=0.5"]]), "forwarded");
  assert.equal(await ask([...BROWSER, ["Upgrade", "websocket"]]), "forwarded");
  const ready = stage({ state: "ready", targets: TARGETS });
  assert.equal(await ready.ask(), "forwarded");
  assert.equal(await stage({ state: "offline" }).ask(), "forwarded");
});

Deno.test("withWaitingPage() tells a start that failed meanwhile once, before it is tried again", async () => {
  const { clock, directory, ask } = stage({ state: "starting", starts: 1 });
  const waiting = ask();
  await clock.advance(1_000);
  assert.equal(await waiting, "page");
  directory.set(failedAs(1, "2 errors"));
  assert.equal(await ask(), "2 errors");
  assert.equal(directory.wanted, 0, "nothing was tried before somebody saw it");
  directory.onWant = () => directory.set({ state: "ready", targets: TARGETS });
  assert.equal(await ask(), "forwarded");
  assert.equal(directory.wanted, 1);
});

Deno.test("withWaitingPage() does not tell twice what a request that waited has told", async () => {
  const { directory, ask } = stage({ state: "starting", starts: 1 });
  const waiting = ask();
  await turn();
  directory.set(failedAs(1, "2 errors"));
  assert.equal(await waiting, "2 errors");
  directory.onWant = () => directory.set({ state: "ready", targets: TARGETS });
  assert.equal(await ask(), "forwarded");
});

Deno.test("withWaitingPage() lets go of a client that leaves", async () => {
  const { clock, directory } = stage();
  const handler = withWaitingPage(() => named("forwarded"), {
    directory,
    clock,
    wait: backendWait({ directory, clock, startupTimeLimitMs: 60_000, shutdownTimeLimitMs: 0 }),
    page: () => named("page"),
  });
  const x = rawExchange(BROWSER);
  const answer = Promise.resolve(handler(x));
  await turn();
  const gone = new HostError("client-gone", "The client left");
  x.cancellation.cancel(gone);
  await assert.rejects(answer, gone);
  assert.equal(directory.waiting, 0);
});
