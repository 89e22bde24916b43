import assert from "node:assert/strict";
import { steps } from "../../../scripts/test_steps.ts";

const titles = (...args: Parameters<typeof steps>) => steps(...args).map(({ title }) => title);

Deno.test("steps() checks and tests before it builds, and builds before the end-to-end tests", () => {
  assert.deepEqual(titles("all", true), [
    "Format",
    "Lint",
    "Types",
    "Docs of mod.ts",
    "Unit tests",
    "Integration tests",
    "Conformance tests",
    "Build",
    "End-to-end tests",
  ]);
});

Deno.test("steps() leaves conformance out where there are no such tests", () => {
  assert.ok(!titles("all", false).includes("Conformance tests"));
});

Deno.test("steps() builds nothing when it shall be fast", () => {
  assert.equal(titles("fast", true).at(-1), "Integration tests");
});

Deno.test("steps() collects coverage only where that is asked for", () => {
  const withCoverage = (coverage?: string) =>
    steps("all", false, coverage).filter(({ args }) => args.includes("--coverage=out")).length;
  assert.equal(withCoverage(), 0);
  assert.equal(withCoverage("out"), 2);
});

Deno.test("steps() lets every test run end some time", () => {
  assert.ok(steps("all", true).every(({ limitMs }) => limitMs > 0 && limitMs <= 30 * 60_000));
});
