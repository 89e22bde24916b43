import assert from "node:assert/strict";
import { snapshotOf } from "../../../../src/backend/application/application_snapshot.ts";
import { nextDeadline } from "../../../../src/backend/application/application_step.ts";
import { ApplicationModel } from "../../../support/application_model.ts";
import { type Random, seededTest } from "../../../support/seeded_random.ts";

const WALKS = 2000;
const STEPS = 60;
/** How many good steps any state is away from its end. */
const ENOUGH = 20;

seededTest(
  "whatever happens, processes are neither forgotten nor too many, and nobody waits in vain",
  (random) => {
    for (let walk = 0; walk < WALKS; walk++) walked(random);
  },
);

seededTest("whatever has happened, all serve again when nothing more goes wrong", (random) => {
  for (let walk = 0; walk < WALKS; walk++) {
    const app = walked(random);
    app.take({ is: "online" });
    for (let i = 0; i < ENOUGH; i++) {
      app.waits = true;
      app.take({ is: "want" });
      app.goOn();
      if (snapshotOf(app.state).state === "refused") app.toDeadline();
    }
    // What is short of processes comes to its number by itself.
    for (let i = 0; i < ENOUGH; i++) {
      app.toDeadline();
      app.goOn();
    }
    const { state, targets, retiring } = snapshotOf(app.state);
    assert.deepEqual({ state, retiring }, { state: "ready", retiring: [] });
    assert.equal(targets.length, app.state.plan.processes);
    assert.equal(app.processes.size, targets.length);
    assert.equal(app.state.next, undefined);
  }
});

seededTest("after a stop nothing is left, and every recycle was answered once", (random) => {
  for (let walk = 0; walk < WALKS; walk++) {
    const app = walked(random);
    app.take({ is: random.of(["stop", "kill"]) });
    for (let i = 0; i < 10; i++) app.act();
    app.goOn();
    assert.deepEqual([...app.processes.keys()], []);
    assert.equal(snapshotOf(app.state).state, "closed");
    assert.equal(nextDeadline(app.state), undefined);
    for (const [ticket, outcomes] of app.answers) {
      assert.equal(outcomes.length, 1, `recycle ${ticket} ended as ${outcomes}`);
    }
  }
});

function walked(random: Random): ApplicationModel {
  const app = new ApplicationModel(random);
  for (let step = 0; step < STEPS; step++) app.act();
  return app;
}
