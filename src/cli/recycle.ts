import type { RecycleResult } from "../contract/host_status.ts";
import { type CommandLine, optionOf } from "./arguments.ts";
import { type Console, EXIT } from "./console.ts";
import { ControlFailure, controlled, findHost, printable, textOf } from "./control.ts";

/** Seconds: a start and a drain with their usual limits. */
const USUAL_S = 180;

/** `ancm-host recycle`: has a running host replace its backend, and waits for the result. */
export function recycle(
  line: CommandLine,
  environment: Readonly<Record<string, string>>,
  console: Console,
): Promise<number> {
  return controlled(line, USUAL_S, console, async (signal) => {
    const isJson = optionOf(line, "json") === "true";
    const { place, status, ask } = await findHost(line, environment, signal);
    if (!isJson) console.error(`Recycling the backend of ${printable(status.appDir)} …`);
    const answer = await ask("POST", "/recycle");
    const result = resultIn(textOf(place, answer, [200, 502, 503]));
    console.out(
      isJson
        ? JSON.stringify(result, null, 2)
        : `${printable(result.message)} (${printable(result.outcome)})`,
    );
    return ["switched", "idle"].includes(result.outcome) ? EXIT.ok : EXIT.unfinished;
  });
}

/** @throws {ControlFailure} when it is none */
function resultIn(text: string): RecycleResult {
  try {
    const { outcome, message } = JSON.parse(text);
    if (typeof outcome === "string" && typeof message === "string") {
      return { outcome, message } as RecycleResult;
    }
  } catch {
    // Told below.
  }
  const shown = printable(text.trim()).slice(0, 500);
  throw new ControlFailure(EXIT.bug, `The host did not say how the recycle ended: ${shown}`);
}
