import { UsageError } from "./arguments.ts";

/**
 * Writes the file that says the host accepts connections: one JSON object, there whole or not at all. Disposing
 * of the result takes it away again.
 *
 * @param urls of every listener, with the ports they really have
 * @param admin where commands are taken; absent where nowhere
 * @throws {UsageError} when it cannot be written there
 */
export async function writeReadyFile(
  file: string,
  urls: readonly string[],
  admin?: string,
): Promise<AsyncDisposable> {
  const draft = `${file}.${Deno.pid}.tmp`;
  try {
    await Deno.writeTextFile(draft, JSON.stringify({ pid: Deno.pid, urls, admin }) + "\n");
    await Deno.rename(draft, file);
  } catch (error) {
    await Deno.remove(draft).catch(() => {});
    const why = error instanceof Deno.errors.NotFound
      ? "its folder is not there; make it first"
      : error instanceof Error
      ? error.message
      : String(error);
    throw new UsageError(`Cannot write the ready file "${file}": ${why}`);
  }
  return { [Symbol.asyncDispose]: () => Deno.remove(file).catch(() => {}) };
}
