import type { CommandLine } from "./arguments.ts";
import { optionOf } from "./arguments.ts";
import { type Console, EXIT } from "./console.ts";
import { controlled, findHost, printable } from "./control.ts";
import { hostStatusText } from "./host_status.ts";

/** Seconds within which a host that is well has answered. */
const USUAL_S = 10;

/** `ancm-host status`: tells how a running host is. */
export function status(
  line: CommandLine,
  environment: Readonly<Record<string, string>>,
  console: Console,
): Promise<number> {
  return controlled(line, USUAL_S, console, async (signal) => {
    const host = await findHost(line, environment, signal);
    if (optionOf(line, "json") === "true") console.out(JSON.stringify(host.status, null, 2));
    else hostStatusText(host.status).forEach((text) => console.out(printable(text)));
    return EXIT.ok;
  });
}
