// Changes messages at random and looks for bytes for which something that must hold does not.
//
//   deno task fuzz [--seconds=30] [--seed=NUMBER]
//
// Prints its seed first: the same seed tries the same messages. A finding is printed as text of a row for
// tests/support/http1_cases.ts, and ends the run with exit code 1.

import { parseArgs } from "node:util";
import {
  BAD_CHUNKS,
  BAD_REQUESTS,
  BAD_RESPONSES,
  REQUESTS,
  RESPONSES,
} from "../tests/support/http1_cases.ts";
import { checkInvariants, mutate, type Side } from "../tests/support/http1_invariants.ts";
import { seeded } from "../tests/support/http1_trace.ts";

const { values } = parseArgs({
  options: { seconds: { type: "string", default: "30" }, seed: { type: "string" } },
});
const seconds = Number(values.seconds);
const seed = Number(values.seed ?? crypto.getRandomValues(new Uint32Array(1))[0]);
if (!(seconds > 0) || !Number.isSafeInteger(seed)) {
  throw new RangeError("Cannot fuzz: --seconds is a number above 0, --seed a whole number");
}

const CHUNKED = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
const isShort = (input: string) => input.length < 1000;
const CORPUS: Readonly<Record<Side, readonly string[]>> = {
  requests: [
    ...REQUESTS.map((row) => row.input),
    ...BAD_REQUESTS.map(([, input]) => input),
    ...BAD_CHUNKS.map(([, input]) => CHUNKED + input),
  ].filter(isShort),
  responses: [...RESPONSES.map((row) => row.input), ...BAD_RESPONSES.map(([, input]) => input)]
    .filter(isShort),
};

const print = (line: string) => Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));

print(`Fuzzing for ${seconds} s with --seed=${seed}`);
const random = seeded(seed);
const end = performance.now() + seconds * 1000;
let tried = 0;
for (; performance.now() < end; tried++) {
  const side: Side = random() < 0.7 ? "requests" : "responses";
  const input = mutate(CORPUS[side], random);
  try {
    checkInvariants(side, input, random);
  } catch (error) {
    print(`Found after ${tried} messages, in ${side}:\n${JSON.stringify(input)}\n${error}`);
    Deno.exit(1);
  }
}
print(`Nothing found in ${tried} messages`);
