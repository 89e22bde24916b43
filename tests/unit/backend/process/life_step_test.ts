import assert from "node:assert/strict";
import { StartFault } from "../../../../src/backend/process/failure.ts";
import type { Effect, Life, LifeEvent, Outcome } from "../../../../src/backend/process/life.ts";
import { step } from "../../../../src/backend/process/life_step.ts";

const limits = { startMs: 5000, shutdownMs: 10_000 };
const noTime = { startMs: 0, shutdownMs: 0 };
const listeners = [{ address: "0.0.0.0", port: 5000 }];
const fault = new StartFault("start-no-program", "none");
const stopped: Outcome = { why: "stopped" };
const died: Outcome = { why: "died" };
const exitedFault: Outcome = { why: "failed", fault: { is: "exited" } };

const NEW: Life = { at: "new" };
const PREPARING: Life = { at: "preparing", attempt: 1 };
const STARTING: Life = { at: "starting", attempt: 1, listeners: [] };
const READY: Life = { at: "ready", leader: "alive" };
const ORPHANED: Life = { at: "ready", leader: "exited" };
const ASKED: Life = { at: "stopping", asked: "politely", outcome: stopped };
const AGREED: Life = { at: "stopping", asked: "agreed", outcome: stopped };
const SIGNALLED: Life = { at: "stopping", asked: "by signal", outcome: stopped };
const CLEARING: Life = { at: "clearing", attempt: 1, outcome: exitedFault };
const ENDED: Life = { at: "ended", outcome: stopped };

const timer = (name: LifeEvent & { is: "timer" } extends { name: infer N } ? N : never) =>
  ({ is: "timer", name }) as const;

/** State, event, next state, effects in short. */
type Row = readonly [
  from: Life,
  event: LifeEvent,
  to: Life,
  effects: string[],
  own?: typeof limits,
];

const ROWS: readonly Row[] = [
  [NEW, { is: "start" }, PREPARING, ["launch"]],
  [NEW, { is: "stop" }, ENDED, []],
  [NEW, { is: "kill" }, ENDED, []],
  [PREPARING, { is: "spawned" }, STARTING, ["start in 5000", "watch"]],
  [PREPARING, { is: "spawned" }, STARTING, ["start in 250", "watch"], noTime],
  [PREPARING, { is: "refused", fault }, {
    at: "ended",
    outcome: { why: "failed", fault: { is: "refused", fault } },
  }, ["attempt-failed", "start-failed"]],
  [PREPARING, { is: "stop" }, ENDED, []],
  [PREPARING, { is: "kill" }, ENDED, []],
  [STARTING, { is: "listening" }, READY, ["started"]],
  [STARTING, { is: "adopted", listener: { address: "0.0.0.0", port: 5000 } }, READY, [
    "adopted",
    "started",
  ]],
  [STARTING, { is: "elsewhere", listeners }, { ...STARTING, listeners }, ["elsewhere"]],
  [STARTING, { is: "taken" }, {
    at: "clearing",
    attempt: 1,
    outcome: { why: "failed", fault: { is: "taken" } },
  }, ["kill", "clear in 2000", "settle"]],
  [STARTING, { is: "exited", portTaken: false }, CLEARING, ["kill", "clear in 2000", "settle"]],
  [STARTING, { is: "exited", portTaken: true }, {
    at: "clearing",
    attempt: 1,
    outcome: { why: "failed", fault: { is: "taken" } },
  }, ["kill", "clear in 2000", "settle"]],
  [{ ...STARTING, listeners }, timer("start"), {
    at: "clearing",
    attempt: 1,
    outcome: { why: "failed", fault: { is: "late", listeners } },
  }, ["kill", "clear in 2000", "settle"]],
  [STARTING, { is: "stop" }, SIGNALLED, ["terminate", "shutdown in 10000", "settle"]],
  [STARTING, { is: "stop" }, { at: "clearing", attempt: 1, outcome: stopped }, [
    "kill",
    "clear in 2000",
    "settle",
  ], noTime],
  [STARTING, { is: "kill" }, { at: "clearing", attempt: 1, outcome: stopped }, [
    "kill",
    "clear in 2000",
    "settle",
  ]],
  [READY, { is: "exited", portTaken: false }, ORPHANED, ["look", "look in 1000"]],
  [ORPHANED, timer("look"), ORPHANED, ["look", "look in 1000"]],
  [READY, { is: "doubted" }, READY, ["look"]],
  [ORPHANED, { is: "silent" }, { at: "clearing", attempt: 1, outcome: died }, [
    "died",
    "kill",
    "clear in 2000",
    "settle",
  ]],
  [READY, { is: "silent" }, { ...ASKED, outcome: died }, [
    "closed-port",
    "shutdown in 10000",
    "settle",
    "answer in 2000",
  ]],
  [READY, { is: "stop" }, ASKED, ["ask", "shutdown in 10000", "settle", "answer in 2000"]],
  [READY, { is: "stop" }, { at: "clearing", attempt: 1, outcome: stopped }, [
    "killed",
    "kill",
    "clear in 2000",
    "settle",
  ], noTime],
  [READY, { is: "kill" }, { at: "clearing", attempt: 1, outcome: stopped }, [
    "kill",
    "clear in 2000",
    "settle",
  ]],
  [ASKED, { is: "answered", status: 202 }, AGREED, ["answered"]],
  [ASKED, { is: "answered", status: 404 }, SIGNALLED, ["answered", "terminate"]],
  [ASKED, { is: "answered", status: undefined }, SIGNALLED, ["answered", "terminate"]],
  [ASKED, timer("answer"), SIGNALLED, ["terminate"]],
  [AGREED, timer("answer"), AGREED, []],
  [SIGNALLED, { is: "answered", status: 202 }, SIGNALLED, ["answered"]],
  [AGREED, { is: "exited", portTaken: false }, SIGNALLED, ["terminate"]],
  [SIGNALLED, { is: "exited", portTaken: false }, SIGNALLED, []],
  [AGREED, timer("shutdown"), { at: "clearing", attempt: 1, outcome: stopped }, [
    "killed",
    "kill",
    "clear in 2000",
    "settle",
  ]],
  [SIGNALLED, { is: "gone" }, ENDED, ["stopped"]],
  [{ ...SIGNALLED, outcome: died }, { is: "gone" }, { at: "ended", outcome: died }, ["died"]],
  [SIGNALLED, { is: "stop" }, SIGNALLED, []],
  [ASKED, { is: "kill" }, { at: "clearing", attempt: 1, outcome: stopped }, [
    "kill",
    "clear in 2000",
    "settle",
  ]],
  [CLEARING, { is: "gone" }, { at: "preparing", attempt: 2 }, ["attempt-failed", "launch"]],
  [CLEARING, timer("clear"), { at: "preparing", attempt: 2 }, [
    "left-behind",
    "attempt-failed",
    "launch",
  ]],
  [{ ...CLEARING, attempt: 2 }, { is: "gone" }, { at: "ended", outcome: exitedFault }, [
    "attempt-failed",
    "start-failed",
  ]],
  [CLEARING, { is: "stop" }, { ...CLEARING, outcome: stopped }, []],
  [CLEARING, { is: "kill" }, { ...CLEARING, outcome: stopped }, ["kill"]],
  [{ ...CLEARING, outcome: stopped }, { is: "gone" }, ENDED, ["stopped"]],
  [{ ...CLEARING, outcome: died }, { is: "gone" }, { at: "ended", outcome: died }, []],
];

for (const [from, event, to, effects, own = limits] of ROWS) {
  const detail = event.is === "timer" ? ` ${event.name}` : "";
  Deno.test(`step() goes from ${nameOf(from)} on ${event.is}${detail} to ${nameOf(to)}`, () => {
    const found = step(from, event, own);
    assert.deepEqual(found.life, to);
    assert.deepEqual(found.effects.map(effectName), effects);
  });
}

Deno.test("step() tries again where that may help, and only then (ANCM P-13, P-20)", () => {
  const leftAfter = (outcome: Outcome) =>
    step({ at: "clearing", attempt: 1, outcome }, { is: "gone" }, limits).life.at;
  assert.equal(leftAfter({ why: "failed", fault: { is: "exited" } }), "preparing");
  assert.equal(leftAfter({ why: "failed", fault: { is: "taken" } }), "preparing");
  assert.equal(leftAfter({ why: "failed", fault: { is: "late", listeners: [] } }), "preparing");
  assert.equal(leftAfter({ why: "failed", fault: { is: "late", listeners } }), "ended");
});

Deno.test("step() stays ended, and stays where an event means nothing", () => {
  const events: LifeEvent[] = [
    { is: "start" },
    { is: "refused", fault },
    { is: "spawned" },
    { is: "listening" },
    { is: "taken" },
    { is: "elsewhere", listeners },
    { is: "exited", portTaken: false },
    { is: "silent" },
    { is: "doubted" },
    { is: "gone" },
    { is: "answered", status: 202 },
    timer("start"),
    { is: "stop" },
    { is: "kill" },
  ];
  for (const event of events) {
    assert.deepEqual(step(ENDED, event, limits), { life: ENDED, effects: [] });
  }
  const meaningless: [Life, LifeEvent["is"][]][] = [
    [NEW, ["spawned", "listening", "exited", "gone", "doubted"]],
    [PREPARING, ["listening", "exited", "gone", "doubted", "answered"]],
    [STARTING, ["spawned", "doubted", "gone", "silent", "answered"]],
    [READY, ["listening", "spawned", "gone", "answered", "elsewhere"]],
    [ASKED, ["listening", "silent", "doubted", "spawned"]],
    [CLEARING, ["exited", "listening", "silent", "answered", "doubted"]],
  ];
  for (const [life, names] of meaningless) {
    for (const event of events.filter(({ is }) => names.includes(is))) {
      assert.deepEqual(step(life, event, limits), { life, effects: [] }, event.is);
    }
  }
});

function nameOf(life: Life): string {
  const detail = "attempt" in life ? ` ${life.attempt}` : "asked" in life ? ` ${life.asked}` : "";
  const why = "outcome" in life ? ` (${life.outcome.why})` : "";
  return life.at + detail + why;
}

function effectName(effect: Effect): string {
  if (effect.do === "timer") return `${effect.name} in ${effect.ms}`;
  return effect.do === "tell" ? effect.what.what : effect.do;
}
