import type { Exchange } from "../../contract/exchange.ts";
import type { AnswerField, RewriteScope } from "./_scope.ts";

/** What inbound rules leave for the way out. */
interface LeftBehind {
  readonly variables: ReadonlyMap<string, string> | undefined;
  readonly answerFields: readonly AnswerField[] | undefined;
}

/** Only of exchanges whose rules have set something. */
const leftBehind = new WeakMap<Exchange, LeftBehind>();

/** Keeps what inbound rules have set for the rules of the way out. @see IIS M-RW-72 */
export function leaveBehind({ x, variables, answerFields }: RewriteScope): void {
  if (variables || answerFields) leftBehind.set(x, { variables, answerFields });
}

/** Gives what inbound rules have set. */
export function foundBehind(x: Exchange): LeftBehind | undefined {
  return leftBehind.get(x);
}
