import { parseArgs } from "node:util";
import { type Answer, answerText } from "./answer.ts";
import { FULL, type Plan, QUICK } from "./plan.ts";

/**
 * Asks the question of a bench file, prints the answer, and leaves it as JSON where `--answer=FILE` says.
 * `--quick` takes the short plan.
 */
export async function question(ask: (plan: Plan) => Promise<Answer>): Promise<void> {
  const { values } = parseArgs({
    options: { quick: { type: "boolean", default: false }, answer: { type: "string" } },
  });
  const answer = await ask(values.quick ? QUICK : FULL);
  // deno-lint-ignore no-console -- a bench prints its answer
  console.log(answerText(answer));
  if (values.answer !== undefined) {
    await Deno.writeTextFile(values.answer, JSON.stringify(answer));
  }
}
