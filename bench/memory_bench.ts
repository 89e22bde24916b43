/** How much resident memory at rest, after the first answer? */
import { type Contender, startLineup } from "./lineup.ts";
import { memoryBytes } from "./process_cost.ts";
import { question } from "./question.ts";
import { interleaved, measureOf } from "./rounds.ts";

const REST_MS = 3_000;
const MB = 2 ** 20;

await question(async () => {
  await using lineup = await startLineup();
  const gateways = lineup.contenders.filter(({ pids }) => pids.length > 0);
  await new Promise((resolve) => setTimeout(resolve, REST_MS));
  const rounds = await interleaved(gateways, 1, async ({ pids }: Contender) => ({
    value: await memoryBytes(pids) / MB,
    beside: { processes: pids.length },
  }));
  const title = "resident memory at rest";
  return {
    measures: [
      measureOf({ id: "rest", title, unit: "MB", digits: 1, better: "less" }, gateways, rounds),
    ],
    notes: [
      ...lineup.notes,
      "VmRSS of all processes of a gateway, without the backend; what they share counts for each. 1 MB is 1,048,576 bytes.",
    ],
  };
});
