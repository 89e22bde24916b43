import type { BackendDirectory, DirectorySnapshot, Target } from "../../src/contract/directory.ts";

/**
 * Waits for a target as a request does: all that wait share the result of one start. Gives the snapshot where there
 * will be none soon.
 */
export async function waitForTarget(
  directory: BackendDirectory,
  signal: AbortSignal = new AbortController().signal,
): Promise<Target | DirectorySnapshot> {
  let now = directory.current();
  const mine = now.state === "starting" ? now.starts : now.starts + 1;
  while (true) {
    const [target] = now.targets;
    if (target !== undefined) return target;
    if (now.state === "closed" || (now.failure && now.failure.start >= mine)) return now;
    if (now.state !== "stopping") directory.want();
    const seen = now;
    now = directory.current();
    if (now.state === "refused" || now.state === "offline") return now;
    if (now === seen) now = await directory.changed(now, signal);
  }
}

/** Gives the target; fails where there is none. */
export async function expectTarget(
  directory: BackendDirectory,
  signal?: AbortSignal,
): Promise<Target> {
  const found = await waitForTarget(directory, signal);
  if ("id" in found) return found;
  throw new Error(`No target: ${JSON.stringify(found, null, 2)}`);
}

/** Gives the reason of the failed start; fails where there is a target. */
export async function expectFailure(directory: BackendDirectory) {
  const found = await waitForTarget(directory);
  if ("id" in found || found.failure === undefined) throw new Error("The backend was started");
  return found.failure.reason;
}
