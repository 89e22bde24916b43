import assert from "node:assert/strict";
import { systemdNotify } from "../../../src/observe/systemd_notify.ts";
import { eventLog } from "../../support/events.ts";
import { FakeClock } from "../../support/fake_clock.ts";

function stage(environment: Record<string, string> = {}) {
  const clock = new FakeClock();
  const log = eventLog();
  const told: string[] = [];
  const state = { isDeaf: false };
  const notify = systemdNotify({
    environment: { NOTIFY_SOCKET: "/run/notify", ...environment },
    pid: 42,
    clock,
    report: log.report,
    sender: (address) => ({
      send(text) {
        if (state.isDeaf) throw new Error("nobody listens");
        told.push(`${address} ${text.split("\n")[0]}`);
      },
      monotonic: () => 7n,
      [Symbol.dispose]: () => void told.push("closed"),
    }),
  });
  assert.ok(notify);
  const happens = (name: string) => notify.take({ level: "info", name, message: "" });
  return { clock, log, told, state, notify, happens };
}

Deno.test("systemdNotify() does nothing where systemd does not ask for it", () => {
  const parts = { pid: 1, clock: new FakeClock(), report: eventLog().report };
  assert.equal(systemdNotify({ ...parts, environment: {} }), undefined);
  assert.equal(systemdNotify({ ...parts, environment: { NOTIFY_SOCKET: "" } }), undefined);
});

Deno.test("systemdNotify() tells when the host is ready, recycles and stops", () => {
  const { told, notify, happens } = stage();
  happens("backend-recycling");
  notify.ready(["http://localhost:1"]);
  happens("backend-recycling");
  happens("backend-recycled");
  happens("stop-asked");
  happens("backend-recycling");
  assert.deepEqual(told, [
    "/run/notify READY=1",
    "/run/notify RELOADING=1",
    "/run/notify READY=1",
    "/run/notify STOPPING=1",
  ]);
});

Deno.test("systemdNotify() is ready again when the last of several reloads is over", () => {
  const { told, notify, happens } = stage();
  notify.ready([]);
  notify.reloading();
  happens("backend-recycling");
  happens("backend-recycle-failed");
  assert.equal(told.length, 2);
  notify.reloaded();
  assert.deepEqual(told.slice(1), ["/run/notify RELOADING=1", "/run/notify READY=1"]);
});

Deno.test("systemdNotify() serves the watchdog at half of its time, until it is disposed of", async () => {
  const { told, clock, notify, happens } = stage({ WATCHDOG_USEC: "10000000", WATCHDOG_PID: "42" });
  await clock.advance(20_000);
  assert.deepEqual(told, []);
  notify.ready([]);
  await clock.advance(10_000);
  assert.deepEqual(told.slice(1), ["/run/notify WATCHDOG=1", "/run/notify WATCHDOG=1"]);
  notify[Symbol.dispose]();
  await clock.advance(20_000);
  happens("stop-asked");
  assert.deepEqual(told.slice(3), ["closed"]);
});

const NO_WATCHDOG: Record<string, string>[] = [
  {},
  { WATCHDOG_USEC: "0" },
  { WATCHDOG_USEC: "soon" },
  { WATCHDOG_USEC: "1000000", WATCHDOG_PID: "43" },
];

for (const environment of NO_WATCHDOG) {
  Deno.test(`systemdNotify() serves no watchdog for ${JSON.stringify(environment)}`, async () => {
    const { told, clock, notify } = stage(environment);
    notify.ready([]);
    await clock.advance(10_000);
    assert.equal(told.length, 1);
    assert.equal(clock.sleeping, 0);
  });
}

Deno.test("systemdNotify() warns once when nobody listens, and goes on", () => {
  const { told, log, state, notify, happens } = stage();
  state.isDeaf = true;
  notify.ready([]);
  happens("backend-recycling");
  state.isDeaf = false;
  happens("backend-recycled");
  assert.deepEqual(told, ["/run/notify READY=1"]);
  assert.deepEqual(log.names(), ["- systemd-not-told"]);
});

Deno.test("systemdNotify() warns of an address that is none, and the host runs", () => {
  const log = eventLog();
  const environment = { NOTIFY_SOCKET: "vsock:2:1" };
  const parts = { environment, pid: 1, clock: new FakeClock(), report: log.report };
  assert.equal(systemdNotify(parts), undefined);
  assert.match(log.find("systemd-not-told")?.message ?? "", /"vsock:2:1" is neither a path/);
});
