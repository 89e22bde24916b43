import assert from "node:assert/strict";
import { parseCommandLine, UsageError } from "../../../src/cli/arguments.ts";
import { hostOptions } from "../../../src/cli/host_options.ts";
import { recyclingOptions } from "../../../src/cli/recycling_options.ts";

function optionsOf(args: readonly string[], environment: Record<string, string> = {}) {
  return recyclingOptions(parseCommandLine(args, environment));
}

Deno.test("recyclingOptions() leaves to web.config what is not said", () => {
  assert.deepEqual(optionsOf([]), {});
});

Deno.test("recyclingOptions() takes what is said, also that something is off", () => {
  const args = ["--idle-timeout=0", "--recycle-after", "90000", "--recycle-requests=0"];
  assert.deepEqual(optionsOf([...args, "--recycle-memory=512", "--recycle-at=15:00"]), {
    idleTimeoutMs: 0,
    restartAfterMs: 90_000_000,
    restartAfterRequests: 0,
    restartAtBytes: 536_870_912,
    restartDaily: [54_000],
  });
});

Deno.test("recyclingOptions() takes several times of day, sorted, of options and of the variable", () => {
  const args = ["--recycle-at", "15:00", "--recycle-at=03:00", "--recycle-at=03:00:00"];
  assert.deepEqual(optionsOf(args), { restartDaily: [10_800, 54_000] });
  assert.deepEqual(optionsOf([], { ANCM_HOST_RECYCLE_AT: "15:00; 03:00" }), {
    restartDaily: [10_800, 54_000],
  });
});

const WRONG: [option: string, message: RegExp][] = [
  ["--idle-timeout=-1", /^Cannot take "-1" for --idle-timeout: give seconds from 0 to 31536000$/],
  ["--recycle-after=31536001", /give seconds from 0 to 31536000$/],
  ["--recycle-requests=1.5", /give a number from 0 to 4294967295$/],
  ["--recycle-requests=4294967296", /give a number from 0 to 4294967295$/],
  ["--recycle-memory=4194304", /give a number from 0 to 4194303$/],
  ["--recycle-memory=1g", /give a number from 0 to 4194303$/],
  ["--recycle-at=3am", /^Cannot take "3am" for --recycle-at: give a time of day such as 03:00$/],
  ["--limit-connections=0", /give a number from 1 to 999999999$/],
];

for (const [option, message] of WRONG) {
  Deno.test(`recyclingOptions() refuses "${option}"`, () => {
    assert.throws(
      () => optionsOf([option]),
      (error) => error instanceof UsageError && message.test(error.message),
    );
  });
}

Deno.test("hostOptions() hands on what is said of recycling", () => {
  const { recycling } = hostOptions(parseCommandLine(["--idle-timeout=60"], {}), {}, () => {});
  assert.deepEqual(recycling, { idleTimeoutMs: 60_000 });
});
