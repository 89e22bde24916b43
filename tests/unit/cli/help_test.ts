import assert from "node:assert/strict";
import { help } from "../../../src/cli/help.ts";
import { main } from "../../../src/cli/mod.ts";
import {
  CONTROL_OPTIONS,
  RUN_OPTIONS,
  VALIDATE_OPTIONS,
  variableOf,
} from "../../../src/cli/options.ts";

function listener() {
  const out: string[] = [];
  const error: string[] = [];
  return {
    lines: { out, error },
    console: { out: (line: string) => out.push(line), error: (line: string) => error.push(line) },
  };
}

Deno.test("help() names every option with its variable", () => {
  const { lines, console } = listener();
  assert.equal(help(console), 0);
  const text = lines.out.join("\n");
  for (const option of [...RUN_OPTIONS, ...VALIDATE_OPTIONS, ...CONTROL_OPTIONS]) {
    assert.ok(text.includes(`--${option.name}`), option.name);
    assert.ok(text.includes(variableOf(option)), option.name);
  }
});

Deno.test("help() keeps its lines to the width of a terminal", () => {
  const { lines, console } = listener();
  help(console);
  for (const line of lines.out.join("\n").split("\n")) assert.ok(line.length <= 100, line);
});

Deno.test("main() ends with 64 and one line for wrong usage", async () => {
  const { lines, console } = listener();
  assert.equal(await main(["--lisen"], {}, console), 64);
  assert.deepEqual(lines.error, [
    'ancm-host: Unknown option "--lisen"; did you mean "--listen"?',
  ]);
});

Deno.test("main() prints the version of host and runtime", async () => {
  const { lines, console } = listener();
  assert.equal(await main(["version"], {}, console), 0);
  assert.match(lines.out[0] ?? "", /^ancm-host \d+\.\d+\.\d+ \(Deno \d+\.\d+\.\d+, [\w-]+\)$/);
});

Deno.test("main() takes a word that is no folder and nearly a command for that command", async () => {
  const { lines, console } = listener();
  assert.equal(await main(["vaildate"], {}, console), 64);
  assert.deepEqual(lines.error, [
    'ancm-host: Unknown command "vaildate"; did you mean "validate"?',
  ]);
});
