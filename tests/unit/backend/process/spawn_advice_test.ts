import assert from "node:assert/strict";
import { spawnAdvice } from "../../../../src/backend/process/_spawn_advice.ts";

const CASES: readonly [error: unknown, advice: RegExp][] = [
  [new Deno.errors.PermissionDenied("Permission denied (os error 13)"), /run chmod \+x on it/],
  [new Deno.errors.NotFound("No such file or directory (os error 2)"), /or the interpreter/],
  [new Deno.errors.NotFound("No such cwd '/srv/app'"), /^its working folder is gone$/],
  [new Error("s3cret (os error 7)"), /^the system refuses it \(os error 7\)$/],
  [new TypeError("s3cret"), /^the system refuses it$/],
  ["s3cret", /^the system refuses it$/],
];

for (const [error, advice] of CASES) {
  Deno.test(`spawnAdvice() says ${advice.source} for ${error}`, () => {
    assert.match(spawnAdvice(error), advice);
  });
}
