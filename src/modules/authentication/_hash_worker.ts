/** A password to be compared with a hash. Secret. */
export interface HashQuestion {
  readonly id: number;
  readonly password: string;
  readonly hash: string;
}

/** Whether they belong together. */
export interface HashAnswer {
  readonly id: number;
  readonly isRight: boolean;
}

/** As far as it is used here: the library of types has only the main thread's. */
interface WorkerScope {
  readonly name?: string;
  onmessage: (event: MessageEvent<HashQuestion>) => void;
  postMessage(answer: HashAnswer): void;
}

const NAME = "ancm-host-passwords";

/** Starts a thread that answers each {@linkcode HashQuestion} with a {@linkcode HashAnswer}, one after the other. */
export function startHashWorker(): Worker {
  // In the executable all modules are one: it is loaded again, and main.ts does nothing in a worker.
  return new Worker(import.meta.url, { type: "module", name: NAME });
}

const scope = globalThis as unknown as WorkerScope;

if ("WorkerGlobalScope" in globalThis && scope.name === NAME) {
  scope.onmessage = async ({ data: { id, password, hash } }) => {
    const { default: bcrypt } = await import("bcryptjs");
    scope.postMessage({ id, isRight: bcrypt.compareSync(password, hash) });
  };
}
