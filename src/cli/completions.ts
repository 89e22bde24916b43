import { bashCompletion } from "./_completion_bash.ts";
import { fishCompletion } from "./_completion_fish.ts";
import { pwshCompletion } from "./_completion_pwsh.ts";
import { completedCommands, type Shell, SHELLS } from "./_completion_words.ts";
import { zshCompletion } from "./_completion_zsh.ts";
import { UsageError } from "./arguments.ts";
import { type Console, EXIT } from "./console.ts";

const WRITERS = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
  pwsh: pwshCompletion,
} as const satisfies Record<Shell, unknown>;

/**
 * `ancm-host completions SHELL`: prints a script that completes commands, options and their values.
 *
 * @throws {UsageError} for a shell that is none of {@linkcode SHELLS}
 */
export function completions(shell: string, console: Console): number {
  if (!Object.hasOwn(WRITERS, shell)) {
    const what = shell === "." ? "Which shell" : `Cannot complete for "${shell}"`;
    throw new UsageError(`${what}: give ${SHELLS.join(", ")}, as in "ancm-host completions bash"`);
  }
  console.out(WRITERS[shell as Shell](completedCommands()));
  return EXIT.ok;
}
