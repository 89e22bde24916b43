import { processConsole } from "./src/cli/console.ts";
import { main } from "./src/cli/mod.ts";

if (import.meta.main) {
  Deno.exit(await main(Deno.args, Deno.env.toObject(), processConsole));
}
