/** The signals that the host minds. */
export interface HostSignals extends Disposable {
  /** Resolves with the name of the first signal that asks for a stop. */
  readonly first: Promise<string>;
  /** Resolves with the name of the second one. */
  readonly second: Promise<string>;
}

/**
 * Listens for signals from now on.
 *
 * @param hangUp called for every SIGHUP; but one that comes because the terminal has gone asks for a stop
 * @param reopen called for every SIGUSR1
 */
export function hostSignals(hangUp: () => void, reopen: () => void): HostSignals {
  const first = Promise.withResolvers<string>();
  const second = Promise.withResolvers<string>();
  let count = 0;
  const stop = (name: string) => (++count === 1 ? first : second).resolve(name);
  const removals = stopNames().map((name) => listen(name, () => stop(name)));
  if (Deno.build.os !== "windows") {
    removals.push(listen("SIGUSR1", reopen));
    const hadTerminal = Deno.stderr.isTerminal();
    let isGone = false;
    removals.push(listen("SIGHUP", () => {
      if (!hadTerminal || Deno.stderr.isTerminal()) return hangUp();
      // The shell and the system may both send one: together they ask for one stop.
      if (!isGone) stop("SIGHUP");
      isGone = true;
    }));
  }
  return {
    first: first.promise,
    second: second.promise,
    [Symbol.dispose]: () => removals.forEach((remove) => remove()),
  };
}

function stopNames(): Deno.Signal[] {
  return Deno.build.os === "windows" ? ["SIGINT", "SIGBREAK"] : ["SIGTERM", "SIGINT"];
}

/** @returns what ends it */
function listen(name: Deno.Signal, listener: () => void): () => void {
  Deno.addSignalListener(name, listener);
  return () => Deno.removeSignalListener(name, listener);
}
