import { hostSignals } from "../../src/cli/signals.ts";

/** Writes into a file what signals this process gets, a line each, and ends with the second that asks for a stop. */
const [file = ""] = Deno.args;
const tell = (line: string) => Deno.writeTextFileSync(file, `${line}\n`, { append: true });

using signals = hostSignals(() => tell("hang-up"), () => tell("reopen"));
signals.first.then((name) => tell(`first ${name}`));
tell("ready");
// A promise alone keeps no process.
const alive = setInterval(() => {}, 60_000);
tell(`second ${await signals.second}`);
clearInterval(alive);
