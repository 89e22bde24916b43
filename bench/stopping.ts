/** What a bench that is stopped from outside must not leave behind. */
interface Left {
  readonly programs: Set<Deno.ChildProcess>;
  readonly folders: Set<string>;
}

/** Less than who stops a bench waits before it kills it. */
const STOP_LIMIT_MS = 4_000;

let left: Left | undefined;

/** Gives what is ended and removed when SIGTERM or SIGINT stops the bench; who adds something takes it out again. */
export function atStop(): Left {
  if (left) return left;
  left = { programs: new Set(), folders: new Set() };
  for (const name of ["SIGTERM", "SIGINT"] as const) Deno.addSignalListener(name, stop);
  return left;
}

/** Sends a signal to a program that may have ended by itself. */
export function signal(child: Deno.ChildProcess, name: Deno.Signal): void {
  try {
    child.kill(name);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
  }
}

async function stop(): Promise<void> {
  const { programs, folders } = atStop();
  for (const child of programs) signal(child, "SIGTERM");
  await Promise.race([
    Promise.all([...programs].map((child) => child.status)),
    new Promise((resolve) => setTimeout(resolve, STOP_LIMIT_MS)),
  ]);
  for (const folder of folders) await Deno.remove(folder, { recursive: true }).catch(() => {});
  Deno.exit(1);
}
