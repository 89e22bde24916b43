import assert from "node:assert/strict";
import type { Target } from "../../../src/contract/directory.ts";
import { InFlight } from "../../../src/gateway/in_flight.ts";
import { turn } from "../../support/fake_clock.ts";
import { RawDirectory, readyAt } from "../../support/raw_directory.ts";

const target = (id: number, generation = 1): Target => ({ id, generation, port: id, token: "t" });
const three = { ...readyAt(1), targets: [1, 2, 3].map((id) => target(id)) };

interface Stage extends Disposable {
  readonly directory: RawDirectory;
  readonly inFlight: InFlight;
  /** Ids of the targets each time the transport was told. */
  readonly retained: number[][];
}

function setUp(snapshot: ConstructorParameters<typeof RawDirectory>[0] = three): Stage {
  const directory = new RawDirectory(snapshot);
  const retained: number[][] = [];
  const transport = {
    retain: (targets: readonly Target[]) => void retained.push(targets.map(({ id }) => id)),
  };
  const inFlight = new InFlight({ directory, transport });
  return { directory, inFlight, retained, [Symbol.dispose]: () => inFlight[Symbol.dispose]() };
}

/** Takes a place that there must be. */
function enter({ inFlight }: Stage, ...args: Parameters<InFlight["enter"]>) {
  return inFlight.enter(...args) ?? assert.fail("There is no place");
}

Deno.test("enter() takes the least busy target, ties in turn (ANCM P-40)", () => {
  using stage = setUp();
  const places = [1, 2, 3].map(() => enter(stage));
  assert.deepEqual(new Set(places.map(({ target }) => target.id)), new Set([1, 2, 3]));
  const freed = places.find(({ target }) => target.id === 2);
  freed?.leave();
  freed?.leave();
  for (let i = 0; i < 4; i++) {
    const place = enter(stage);
    assert.equal(place.target.id, 2);
    place.leave();
  }
});

Deno.test("enter() takes idle targets in turn", () => {
  using stage = setUp();
  const ids = [1, 2, 3, 4].map(() => {
    const place = enter(stage);
    place.leave();
    return place.target.id;
  });
  assert.equal(new Set(ids.slice(0, 3)).size, 3);
  assert.equal(ids[3], ids[0]);
});

Deno.test("enter() gives nothing where no target takes requests", () => {
  using stage = setUp({ state: "starting" });
  assert.equal(stage.inFlight.enter(), undefined);
  stage.directory.set(readyAt(1));
  assert.equal(enter(stage).target.id, 1);
});

Deno.test("enter() sees a change at once, and never gives a target of before", () => {
  using stage = setUp();
  enter(stage);
  stage.directory.set({ targets: [target(9, 2)], generation: 2 });
  for (let i = 0; i < 3; i++) assert.equal(enter(stage).target.id, 9);
});

Deno.test("enter() goes on counting a target that stays while others come and go", () => {
  using stage = setUp({ ...three, targets: [target(1)] });
  enter(stage);
  enter(stage);
  stage.directory.set({ targets: [target(1), target(2)] });
  assert.deepEqual([enter(stage), enter(stage)].map(({ target }) => target.id), [2, 2]);
});

Deno.test("enter() avoids the target that has failed", () => {
  using stage = setUp();
  const failed = enter(stage);
  for (let i = 0; i < 6; i++) {
    assert.notEqual(enter(stage, undefined, failed).target, failed.target);
  }
  stage.directory.set({ targets: [failed.target] });
  assert.equal(stage.inFlight.enter(undefined, failed), undefined);
});

Deno.test("enter() keeps a client at the target it knows while that lives", () => {
  using stage = setUp();
  const first = enter(stage, []);
  const name = first.newName ?? assert.fail("No name was given");
  assert.doesNotMatch(name, new RegExp(`^${first.target.port}$`));
  for (let i = 0; i < 5; i++) {
    const next = enter(stage, ["of another path", name]);
    assert.deepEqual([next.target.id, next.newName], [first.target.id, undefined]);
  }
  stage.directory.set({ targets: three.targets.filter(({ id }) => id !== first.target.id) });
  const other = enter(stage, [name]);
  assert.notEqual(other.target.id, first.target.id);
  assert.ok(other.newName && other.newName !== name);
});

Deno.test("enter() leaves a known target that has failed", () => {
  using stage = setUp();
  const first = enter(stage, []);
  const other = enter(stage, [first.newName ?? ""], first);
  assert.notEqual(other.target.id, first.target.id);
  assert.ok(other.newName);
});

Deno.test("enter() names no target where there is one, or nobody asked", () => {
  using stage = setUp();
  assert.equal(enter(stage).newName, undefined);
  stage.directory.set({ targets: [target(1)] });
  assert.equal(enter(stage, []).newName, undefined);
});

Deno.test("InFlight counts what waits and what is under way", () => {
  using stage = setUp();
  stage.inFlight.waiting++;
  const place = enter(stage);
  assert.equal(stage.inFlight.inFlight, 2);
  place.leave();
  place.leave();
  stage.inFlight.waiting--;
  assert.equal(stage.inFlight.inFlight, 0);
});

Deno.test("InFlight tells the transport of other targets without waiting for a request", async () => {
  using stage = setUp();
  assert.deepEqual(stage.retained, [[1, 2, 3]]);
  stage.directory.set({ targets: [target(9, 2)], generation: 2 });
  await turn();
  stage.directory.set({ starts: 7 });
  await turn();
  stage.directory.set({ state: "stopped", targets: [] });
  await turn();
  assert.deepEqual(stage.retained, [[1, 2, 3], [9], []]);
});

Deno.test("InFlight answers for a retiring generation when its last exchange ends, once", async () => {
  using stage = setUp();
  const [first, second] = [enter(stage), enter(stage)];
  stage.directory.set({ targets: [target(9, 2)], generation: 2, retiring: [1] });
  await turn();
  first.leave();
  assert.deepEqual(stage.directory.drainedGenerations, []);
  const next = enter(stage);
  second.leave();
  second.leave();
  assert.deepEqual(stage.directory.drainedGenerations, [1]);
  stage.directory.set({ starts: 7 });
  await turn();
  next.leave();
  assert.deepEqual(stage.directory.drainedGenerations, [1], "the present one is not to end");
});

Deno.test("InFlight answers at once where nothing is in flight, or nothing ever was", async () => {
  using stage = setUp();
  enter(stage).leave();
  stage.directory.set({ state: "stopping", targets: [], retiring: [1, 5] });
  await turn();
  assert.deepEqual(stage.directory.drainedGenerations, [1, 5]);
});

Deno.test("InFlight answers for two generations that end at a time, each by itself", async () => {
  using stage = setUp();
  const first = enter(stage);
  stage.directory.set({ targets: [target(9, 2)], generation: 2, retiring: [1] });
  const second = enter(stage);
  stage.directory.set({ targets: [target(10, 3)], generation: 3, retiring: [1, 2] });
  await turn();
  second.leave();
  assert.deepEqual(stage.directory.drainedGenerations, [2]);
  first.leave();
  assert.deepEqual(stage.directory.drainedGenerations, [2, 1]);
});

Deno.test("InFlight bears a directory that changes while it is answered", async () => {
  using stage = setUp();
  const { directory } = stage;
  const drained = directory.drained.bind(directory);
  directory.drained = (generation) => {
    drained(generation);
    directory.set({ targets: [target(9, 2)], retiring: [] });
  };
  directory.set({ state: "stopping", targets: [], retiring: [1] });
  assert.equal(enter(stage).target.id, 9);
  await turn();
  assert.deepEqual(directory.drainedGenerations, [1]);
});

Deno.test("onRetire() calls back once, at once where the generation is to end already", async () => {
  using stage = setUp();
  const calls: string[] = [];
  const [early, left, late] = [enter(stage), enter(stage), enter(stage)];
  early.onRetire(() => calls.push("early"));
  left.onRetire(() => calls.push("left"));
  left.leave();
  left.onRetire(() => calls.push("after"));
  stage.directory.set({ targets: [target(9, 2)], generation: 2, retiring: [1] });
  await turn();
  assert.deepEqual(calls, ["early"]);
  late.onRetire(() => calls.push("late"));
  stage.directory.set({ starts: 7 });
  await turn();
  assert.deepEqual(calls, ["early", "late"]);
});

Deno.test("onRetire() may end the exchange, which answers for its generation", async () => {
  using stage = setUp();
  const place = enter(stage);
  place.onRetire(() => place.leave());
  stage.directory.set({ targets: [], state: "stopping", retiring: [1] });
  await turn();
  assert.deepEqual(stage.directory.drainedGenerations, [1]);
});

Deno.test("served() is reported once for each target", () => {
  using stage = setUp();
  for (let i = 0; i < 6; i++) {
    const place = enter(stage);
    place.served();
    place.leave();
  }
  assert.deepEqual(stage.directory.served.toSorted(), [1, 2, 3]);
});

Deno.test("InFlight follows the directory until it is disposed of", async () => {
  const stage = setUp();
  await turn();
  assert.equal(stage.directory.waiting, 1);
  stage[Symbol.dispose]();
  await turn();
  assert.equal(stage.directory.waiting, 0);
});
