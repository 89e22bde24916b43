import assert from "node:assert/strict";
import { nextDeadline } from "../../../../src/backend/application/application_step.ts";
import {
  ApplicationWalker,
  type StepRow,
  stepTests,
  up,
  type Walk,
} from "../../../support/application_states.ts";

const held: Walk = (app) => up(app).crash(1).gone(1);
const NONE_FORGIVEN = { rapidFails: 0 };
const THREE = { processes: 3 };
const FIXED = { stopFirst: "fixed port" } as const;
const PRELOADED = { isPreloaded: true };

const ROWS: readonly StepRow[] = [
  // want, start, failed start
  ["a first request", (app) => app, (app) => app.want(), "starting 1", ["start 1 of 1"]],
  ["a request during a start", (app) => app.want(), (app) => app.want(), "starting 1", []],
  ["a request while it serves", up, (app) => app.want(), "ready 1, targets 1", []],
  ["a process that listens", (app) => app.want(), (app) => app.ready(1), "ready 1, targets 1", []],
  ["a failed start", (app) => app.want(), (app) => app.failed(1), "failed 1", []],
  [
    "a request after a failed start",
    (app) => app.want().failed(1),
    (app) => app.want(),
    "starting 1",
    ["start 2 of 1"],
  ],
  [
    "a failed start with preload: again, not at once",
    (app) => app.want(),
    (app) => app.failed(1),
    "failed 1",
    ["restarting"],
    PRELOADED,
  ],
  [
    "the pause after it",
    (app) => app.want().failed(1),
    (app) => app.after(250),
    "starting 1",
    ["start 2 of 1"],
    PRELOADED,
  ],
  [
    "a request within that pause",
    (app) => app.want().failed(1),
    (app) => app.want(),
    "starting 1",
    ["start 2 of 1"],
    PRELOADED,
  ],

  // crash
  ["a crash before it served", up, (app) => app.lost(1), "stopped 1", []],
  [
    "a crash before it served, with preload",
    up,
    (app) => app.lost(1),
    "starting 1",
    ["restarting", "start 2 of 1"],
    PRELOADED,
  ],
  [
    "a crash after it served (ANCM R-2)",
    up,
    (app) => app.crash(1),
    "starting 1",
    ["restarting", "start 2 of 1"],
  ],
  [
    "a crash of an app that bears none beside it: the next waits for its end",
    up,
    (app) => app.crash(1),
    "starting 1",
    ["restarting", "start 2 of 1 after 1"],
    FIXED,
  ],
  [
    "a second crash: after a pause",
    (app) => up(app).crash(1).gone(1).ready(2),
    (app) => app.crash(2),
    "stopped 1",
    ["restarting"],
  ],
  [
    "a request within that pause",
    (app) => up(app).crash(1).gone(1).ready(2).crash(2),
    (app) => app.want(),
    "starting 1",
    ["start 3 of 1"],
  ],
  [
    "the end of that pause",
    (app) => up(app).crash(1).gone(1).ready(2).crash(2).after(249),
    (app) => app.after(1),
    "starting 1",
    ["start 3 of 1"],
  ],
  [
    "the end of a process that nobody saw fall",
    (app) => up(app).served(1),
    (app) => app.gone(1),
    "starting 1",
    ["restarting", "start 2 of 1"],
  ],
  [
    "a sign of a process that is gone",
    (app) => up(app).crash(1),
    (app) => app.lost(1),
    "starting 1",
    [],
  ],

  // rapid fail
  [
    "one crash too many (ANCM R-6, R-8)",
    up,
    (app) => app.crash(1),
    "refused 1",
    ["refused"],
    NONE_FORGIVEN,
  ],
  [
    "one failed start too many (ANCM R-5)",
    (app) => app.want(),
    (app) => app.failed(1),
    "refused 1",
    ["refused"],
    NONE_FORGIVEN,
  ],
  ["a request while starts are refused", held, (app) => app.want(), "refused 1", [], NONE_FORGIVEN],
  [
    "59.999 s of the minute",
    held,
    (app) => app.after(59_999),
    "refused 1",
    [],
    NONE_FORGIVEN,
  ],
  [
    "the end of the minute: one trial",
    held,
    (app) => app.after(60_000),
    "starting 1",
    ["trial", "start 2 of 1"],
    NONE_FORGIVEN,
  ],
  [
    "a trial that fails",
    (app) => held(app).after(60_000),
    (app) => app.failed(2),
    "refused 1",
    ["refused"],
    NONE_FORGIVEN,
  ],
  [
    "the minute after it",
    (app) => held(app).after(60_000).failed(2),
    (app) => app.after(60_000),
    "starting 1",
    ["trial", "start 3 of 1"],
    NONE_FORGIVEN,
  ],
  [
    "a trial that succeeds",
    (app) => held(app).after(60_000),
    (app) => app.ready(2),
    "ready 1, targets 2",
    [],
    NONE_FORGIVEN,
  ],
  [
    "a trial that succeeds, of three: the others follow",
    (app) => app.want().failed(1).failed(2).failed(3).after(60_000),
    (app) => app.ready(4),
    "ready 1, targets 4",
    ["start 5 of 1", "start 6 of 1"],
    { processes: 3, rapidFails: 0 },
  ],
  [
    "a recycle while starts are refused (ANCM R-9)",
    held,
    (app) => app.recycle({ revision: 2, rapidFails: 0 }),
    "stopped 1",
    ["recycling", "answer 1 idle", "recycle-ended"],
    NONE_FORGIVEN,
  ],

  // several processes
  [
    "a first request for three",
    (app) => app,
    (app) => app.want(),
    "starting 1",
    ["start 1 of 1", "start 2 of 1", "start 3 of 1"],
    THREE,
  ],
  [
    "the first of three",
    (app) => app.want(),
    (app) => app.ready(2),
    "ready 1, targets 2",
    [],
    THREE,
  ],
  [
    "the second of three",
    (app) => app.want().ready(2),
    (app) => app.ready(1),
    "ready 1, targets 1,2",
    [],
    THREE,
  ],
  [
    "one of three fails to start",
    (app) => app.want(),
    (app) => app.failed(1),
    "starting 1",
    [],
    THREE,
  ],
  [
    "another gets ready: the failed one is tried again",
    (app) => app.want().failed(1),
    (app) => app.ready(2),
    "ready 1, targets 2",
    ["restarting", "start 4 of 1"],
    THREE,
  ],
  [
    "all three fail: one failed start",
    (app) => app.want().failed(1).failed(2),
    (app) => app.failed(3),
    "failed 1",
    [],
    THREE,
  ],
  [
    "one of three dies, although it never served",
    (app) => app.want().ready(1).ready(2).ready(3),
    (app) => app.lost(2),
    "ready 1, targets 1,3",
    ["restarting", "start 4 of 1"],
    THREE,
  ],
  [
    "too many deaths while one serves",
    (app) => app.want().ready(1).ready(2),
    (app) => app.lost(2),
    "ready 1, targets 1",
    ["refused"],
    { processes: 2, rapidFails: 0 },
  ],
  [
    "the trial of the one that is missing",
    (app) => app.want().ready(1).ready(2).lost(2).gone(2),
    (app) => app.after(60_000),
    "ready 1, targets 1",
    ["trial", "start 3 of 1"],
    { processes: 2, rapidFails: 0 },
  ],

  // the end
  ["stop", up, (app) => app.take({ is: "stop" }), "closed 1", ["stop 1"]],
  ["kill", up, (app) => app.take({ is: "kill" }), "closed 1", ["kill 1"]],
  [
    "kill after stop",
    (app) => up(app).take({ is: "stop" }),
    (app) => app.take({ is: "kill" }),
    "closed 1",
    [
      "kill 1",
    ],
  ],
  [
    "stop during a recycle",
    (app) => up(app).recycle({ revision: 2 }),
    (app) => app.take({ is: "stop" }),
    "closed 1",
    ["answer 1 given-up", "recycle-ended", "stop 1", "stop 2"],
  ],
  [
    "a request after the end",
    (app) => app.take({ is: "stop" }),
    (app) => app.want(),
    "closed 1",
    [],
  ],
  [
    "a recycle after the end",
    (app) => app.take({ is: "stop" }),
    (app) => app.recycle(),
    "closed 1",
    ["answer 1 given-up", "recycle-ended"],
  ],
  [
    "app_offline.htm after the end",
    (app) => app.take({ is: "stop" }),
    (app) => app.take({ is: "offline" }),
    "closed 1",
    [],
  ],
  [
    "a process that listens after the end",
    (app) => app.want().take({ is: "stop" }),
    (app) => app.ready(1),
    "closed 1",
    [],
  ],
];

stepTests(ROWS);

Deno.test("applicationStep() keeps the very state where an event means nothing", () => {
  for (const event of [{ is: "tick" }, { is: "want" }, { is: "online" }] as const) {
    const app = up(new ApplicationWalker());
    const { state } = app;
    assert.equal(app.take(event).state, state);
  }
});

Deno.test("applicationStep() counts starts for those who wait, crashes and recycles for people", () => {
  const app = new ApplicationWalker({ processes: 2 });
  up(app).ready(2).crash(1).recycle({ revision: 2 }).ready(4);
  const { starts, lastId, crashes, recycles } = app.state;
  assert.deepEqual({ starts, lastId, crashes, recycles }, {
    starts: 1,
    lastId: 4,
    crashes: 1,
    recycles: 1,
  });
});

Deno.test("applicationStep() gives a failed start to those who joined it, whatever it tries next", () => {
  const app = new ApplicationWalker({ isPreloaded: true }).want().failed(1);
  assert.equal(app.state.failure?.start, 1);
  app.after(250).ready(2).crash(2).after(500);
  assert.equal(app.state.starts, 3);
  assert.equal(app.state.failure?.start, 1);
});

Deno.test("nextDeadline() is the nearest time at which something is due, and none after that", () => {
  const app = new ApplicationWalker();
  assert.equal(nextDeadline(app.state), undefined);
  up(app).recycle({ revision: 2 }).ready(2);
  assert.equal(nextDeadline(app.state), 10_000);
  app.after(1000).crash(2).gone(2).ready(3).crash(3);
  assert.equal(nextDeadline(app.state), 1250);
  app.want();
  assert.equal(nextDeadline(app.state), 10_000);
  app.drained(1);
  assert.equal(nextDeadline(app.state), undefined);
  assert.equal(nextDeadline(held(new ApplicationWalker(NONE_FORGIVEN)).state), 60_000);
});
