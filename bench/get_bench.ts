/** How many small GETs a second, over 1, 64 and 512 connections? */
import { startLineup } from "./lineup.ts";
import { question } from "./question.ts";
import { loadMeasure, type LoadOptions, warmUp } from "./wrk_measure.ts";

const CONNECTIONS = [64, 512, 1];

const optionsOf = (connections: number): LoadOptions => ({
  id: `get-${connections}`,
  title: `GET, ${connections} ${connections === 1 ? "connection" : "connections"}`,
  path: "/",
  connections,
});

await question(async (plan) => {
  await using lineup = await startLineup();
  const { contenders, notes } = lineup;
  await warmUp(contenders, optionsOf(64), plan);
  const measures = [];
  for (const connections of CONNECTIONS) {
    measures.push(await loadMeasure(contenders, optionsOf(connections), plan));
  }
  return { measures, notes };
});
