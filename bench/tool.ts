import { atStop } from "./stopping.ts";

/** What a program wrote, and how it ended. */
export interface ToolOutput {
  readonly code: number;
  readonly text: string;
}

/** Runs a program to its end, at most so long; absent where it is not installed. */
export async function tool(
  name: string,
  args: readonly string[],
  limitMs: number,
): Promise<ToolOutput | undefined> {
  try {
    const child = new Deno.Command(name, {
      args: [...args],
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
      signal: AbortSignal.timeout(limitMs),
    }).spawn();
    const { programs } = atStop();
    programs.add(child);
    const { code, stdout, stderr } = await child.output();
    programs.delete(child);
    const decoder = new TextDecoder();
    return { code, text: decoder.decode(stdout) + decoder.decode(stderr) };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return;
    throw error;
  }
}

/** Gives the first version number in what a program writes; absent where it is not installed. */
export async function versionOf(
  name: string,
  args: readonly string[],
): Promise<string | undefined> {
  const output = await tool(name, args, 10_000);
  return output && (/\d+\.\d+(\.\d+)?/.exec(output.text)?.[0] ?? "of unknown version");
}
