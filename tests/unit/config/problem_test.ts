import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { formatProblem, ProblemList, quoted } from "../../../src/config/problem.ts";

Deno.test("formatProblem() writes file:line:column: message, the severity unless it is an error", () => {
  const place = { file: "web.config", line: 7, column: 20 };
  strictEqual(
    formatProblem({ severity: "error", ...place, message: "A; b" }),
    "web.config:7:20: A; b",
  );
  strictEqual(
    formatProblem({ severity: "warning", file: "web.config", message: "A; b" }),
    "web.config: warning: A; b",
  );
});

Deno.test("ProblemList gives the problems in the order of the file and says which are errors", () => {
  const problems = new ProblemList();
  problems.warning({ file: "f", line: 2, column: 9 }, "third");
  problems.note({ file: "f", line: 2, column: 1 }, "second");
  strictEqual(problems.hasErrors, false);
  problems.error({ file: "f" }, "first");
  strictEqual(problems.hasErrors, true);
  deepStrictEqual(problems.sorted().map(({ message, subStatus }) => [message, subStatus]), [
    ["first", 19],
    ["second", undefined],
    ["third", undefined],
  ]);
});

Deno.test("ProblemList keeps 500 problems and counts the rest, an error among them included", () => {
  const problems = new ProblemList();
  for (let line = 1; line <= 500; line++) problems.warning({ file: "f", line }, "w");
  problems.error({ file: "f", line: 501 }, "e");
  const all = problems.sorted();
  strictEqual(all.length, 501);
  strictEqual(all.at(-1)?.severity, "error");
  strictEqual(all.at(-1)?.message, "1 further problems are not listed; correct the first ones");
});

Deno.test("quoted() shortens foreign text and shows control characters instead of sending them", () => {
  strictEqual(quoted("a\n\u009b31m\u202e"), '"a\\u000a\\u009b31m\\u202e"');
  strictEqual(quoted("x".repeat(101)), `"${"x".repeat(100)}…"`);
});
