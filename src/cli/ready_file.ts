/**
 * Writes the file that says the host accepts connections: one JSON object, there whole or not at all.
 *
 * @param urls of every listener, with the ports they really have
 */
export async function writeReadyFile(file: string, urls: readonly string[]): Promise<void> {
  const draft = `${file}.${Deno.pid}.tmp`;
  await Deno.writeTextFile(draft, JSON.stringify({ pid: Deno.pid, urls }) + "\n");
  await Deno.rename(draft, file);
}

/** Removes it again, where it is still there. */
export async function removeReadyFile(file: string): Promise<void> {
  await Deno.remove(file).catch(() => {});
}
