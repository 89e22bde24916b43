/** How many answers of 1 MiB a second, over 16 connections? */
import { startLineup } from "./lineup.ts";
import { question } from "./question.ts";
import { loadMeasure, type LoadOptions, warmUp } from "./wrk_measure.ts";

const OPTIONS: LoadOptions = {
  id: "down",
  title: "1 MiB down, 16 connections",
  path: "/download/1048576",
  connections: 16,
};

await question(async (plan) => {
  await using lineup = await startLineup();
  const { contenders, notes } = lineup;
  await warmUp(contenders, OPTIONS, plan);
  return { measures: [await loadMeasure(contenders, OPTIONS, plan)], notes };
});
