import assert from "node:assert/strict";
import { Admission } from "../../../src/server/_admission.ts";
import { SERVER_LIMITS } from "../../../src/server/limits.ts";

const [ONE, OTHER] = ["192.0.2.1", "192.0.2.2"] as const;

function admission(connections: number, connectionsPerAddress: number): Admission {
  const limits = { ...SERVER_LIMITS, connections, connectionsPerAddress };
  return new Admission(limits, (address) => address === "10.0.0.1");
}

Deno.test("enter() takes no more than the limit in all, and again when one has left", () => {
  const door = admission(2, 0);
  assert.deepEqual([ONE, ONE, OTHER].map((address) => door.enter(address)), [
    undefined,
    undefined,
    "limit",
  ]);
  assert.equal(door.open, 2);
  door.leave(ONE);
  assert.equal(door.open, 1);
  assert.equal(door.enter(OTHER), undefined);
});

Deno.test("enter() takes no more of one address than its limit, and again when one has left", () => {
  const door = admission(10, 2);
  assert.deepEqual([ONE, ONE, ONE, OTHER].map((address) => door.enter(address)), [
    undefined,
    undefined,
    "address-limit",
    undefined,
  ]);
  assert.equal(door.open, 3);
  door.leave(ONE);
  assert.equal(door.enter(ONE), undefined);
  assert.equal(door.enter(ONE), "address-limit");
});

Deno.test("enter() has no limit for Unix sockets and trusted proxies, which stand for many", () => {
  const door = admission(10, 1);
  for (const address of ["", "", "10.0.0.1", "10.0.0.1"]) {
    assert.equal(door.enter(address), undefined);
  }
  for (const address of ["", "", "10.0.0.1", "10.0.0.1"]) door.leave(address);
  assert.equal(door.open, 0);
});
