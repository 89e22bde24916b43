import { UsageError } from "./arguments.ts";

/**
 * Reads the token of `--admin-token-file`.
 *
 * @throws {UsageError} when there is none that can be used; never shows it
 */
export async function readTokenFile(file: string): Promise<string> {
  let text: string;
  try {
    text = await Deno.readTextFile(file);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UsageError(`Cannot read the admin token in "${file}": ${why}`);
  }
  const token = text.trim();
  // What may stand in a field, and cannot be guessed.
  if (/^[!-~]{16,512}$/.test(token)) return token;
  throw new UsageError(
    `Cannot take the admin token in "${file}": give one line of 16 to 512 visible characters, ` +
      `such as "openssl rand -hex 32" prints`,
  );
}
