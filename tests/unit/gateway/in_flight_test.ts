import assert from "node:assert/strict";
import { InFlight } from "../../../src/gateway/_in_flight.ts";
import { RawDirectory, readyAt } from "../../support/raw_directory.ts";

const three = {
  ...readyAt(1),
  targets: [1, 2, 3].map((id) => ({ id, port: id, token: "t" })),
};

Deno.test("enter() takes the least busy target, ties in turn (ANCM P-40)", () => {
  const directory = new RawDirectory(three);
  const inFlight = new InFlight(directory);
  const places = [1, 2, 3].map(() => inFlight.enter(directory.current()));
  assert.deepEqual(new Set(places.map(({ target }) => target.id)), new Set([1, 2, 3]));
  const freed = places.find(({ target }) => target.id === 2);
  freed?.leave();
  freed?.leave();
  for (let i = 0; i < 4; i++) {
    const place = inFlight.enter(directory.current());
    assert.equal(place.target.id, 2);
    place.leave();
  }
});

Deno.test("leave() counts once however often it is called", () => {
  const directory = new RawDirectory({ ...three, targets: three.targets.slice(0, 2) });
  const inFlight = new InFlight(directory);
  const [first] = [inFlight.enter(directory.current()), inFlight.enter(directory.current())];
  for (let i = 0; i < 5; i++) first.leave();
  const ids = [1, 2, 3, 4].map(() => inFlight.enter(directory.current()).target.id);
  assert.equal(new Set(ids).size, 2, `all went to one: ${ids}`);
});

Deno.test("enter() takes idle targets in turn", () => {
  const directory = new RawDirectory(three);
  const inFlight = new InFlight(directory);
  const ids = [1, 2, 3, 4].map(() => {
    const place = inFlight.enter(directory.current());
    place.leave();
    return place.target.id;
  });
  assert.equal(new Set(ids.slice(0, 3)).size, 3);
  assert.equal(ids[3], ids[0]);
});

Deno.test("leave() tells when the last exchange of a past generation has ended", () => {
  const directory = new RawDirectory(three);
  const inFlight = new InFlight(directory);
  const [first, second] = [inFlight.enter(directory.current()), inFlight.enter(three as never)];
  const generation = three.generation;
  directory.set(readyAt(9, 7));
  first.leave();
  assert.deepEqual(directory.drainedGenerations, []);
  second.leave();
  second.leave();
  assert.deepEqual(directory.drainedGenerations, [generation]);
  inFlight.enter(directory.current()).leave();
  assert.deepEqual(directory.drainedGenerations, [generation], "the present one is not past");
});
