import assert from "node:assert/strict";
import type { DirectorySnapshot } from "../../../src/contract/directory.ts";
import { readinessOf } from "../../../src/pages/admin_readiness.ts";

const CASES: [state: DirectorySnapshot["state"], ready: boolean][] = [
  ["stopped", true],
  ["starting", true],
  ["ready", true],
  ["failed", true],
  ["stopping", true],
  ["refused", false],
  ["offline", false],
  ["closed", false],
];

for (const [state, ready] of CASES) {
  Deno.test(`readinessOf() a backend that is ${state} is ${ready}, and never while draining`, () => {
    assert.equal(readinessOf(state, false).ready, ready);
    assert.equal(readinessOf(state, true).ready, false);
    assert.match(readinessOf(state, false).reason, /^The .*[^.]$/);
  });
}
