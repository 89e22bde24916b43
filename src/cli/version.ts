import project from "../../deno.json" with { type: "json" };
import { type Console, EXIT } from "./console.ts";

/** `ancm-host version`: the version of the host and of the runtime inside it. */
export function version(console: Console): number {
  console.out(`ancm-host ${project.version} (Deno ${Deno.version.deno}, ${Deno.build.target})`);
  return EXIT.ok;
}
