import type { BackendDirectory } from "../../src/contract/directory.ts";

/** Answers for a gateway that has nothing in flight: every retiring generation is drained at once. */
export async function drainAtOnce(directory: BackendDirectory, signal: AbortSignal): Promise<void> {
  try {
    for (let now = directory.current();; now = await directory.changed(now, signal)) {
      for (const generation of now.retiring) directory.drained(generation);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
