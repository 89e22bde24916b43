/**
 * Signals a process, or with a negative number a group. Signal 0 only asks.
 *
 * @returns false where there is nobody to signal
 */
export function sendSignal(pid: number, signal: "SIGTERM" | "SIGKILL" | 0): boolean {
  try {
    // Deno takes numbers too, its type does not say so.
    Deno.kill(pid, signal as Deno.Signal);
    return true;
  } catch (error) {
    return !(error instanceof Deno.errors.NotFound);
  }
}
