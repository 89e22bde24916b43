import { processConsole } from "./src/cli/console.ts";
import { main } from "./src/cli/mod.ts";

// In a worker of the executable this runs, too: there all modules are one, and the worker is one of them.
if (import.meta.main && !("WorkerGlobalScope" in globalThis)) {
  Deno.exit(await main(Deno.args, Deno.env.toObject(), processConsole));
}
