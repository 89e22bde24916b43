import { BAD_REQUESTS, BAD_RESPONSES, REQUESTS, RESPONSES } from "../../support/http1_cases.ts";
import { checkInvariants, mutate } from "../../support/http1_invariants.ts";
import { seeded } from "../../support/http1_trace.ts";

const isShort = (input: string) => input.length < 1000;
const requests = [...REQUESTS.map((row) => row.input), ...BAD_REQUESTS.map(([, input]) => input)]
  .filter(isShort);
const responses = [...RESPONSES.map((row) => row.input), ...BAD_RESPONSES.map(([, input]) => input)]
  .filter(isShort);

// `deno task fuzz` goes on from here with other seeds and for longer.
Deno.test("what is read of requests can be written and read again, in any pieces (seeded)", () => {
  const random = seeded(1);
  for (const input of requests) checkInvariants("requests", input, random);
  for (let i = 0; i < 1500; i++) checkInvariants("requests", mutate(requests, random), random);
});

Deno.test("what is read of responses can be written and read again, in any pieces (seeded)", () => {
  const random = seeded(2);
  for (const input of responses) checkInvariants("responses", input, random);
  for (let i = 0; i < 1500; i++) checkInvariants("responses", mutate(responses, random), random);
});
