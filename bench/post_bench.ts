/** How many POSTs of 1 KiB a second, over 64 connections? */
import { startLineup } from "./lineup.ts";
import { question } from "./question.ts";
import { loadMeasure, type LoadOptions, warmUp } from "./wrk_measure.ts";

const OPTIONS: LoadOptions = {
  id: "post",
  title: "POST of 1 KiB, 64 connections",
  path: "/upload",
  connections: 64,
  bodyBytes: 1024,
};

await question(async (plan) => {
  await using lineup = await startLineup();
  const { contenders, notes } = lineup;
  await warmUp(contenders, OPTIONS, plan);
  return {
    measures: [await loadMeasure(contenders, OPTIONS, plan)],
    notes: [...notes, "The app reads the content and answers with its length and SHA-256."],
  };
});
