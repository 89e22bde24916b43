import type { BackendDirectory } from "../contract/directory.ts";
import { Directory } from "./directory.ts";
import type { Life } from "./life.ts";
import { BackendProcess, type ProcessParts } from "./process.ts";

/** The backend of one application, from its first start to the end of the host. Disposing it stops it. */
export interface Backend extends AsyncDisposable {
  /** What the data plane sees of it. */
  readonly directory: BackendDirectory;
  /**
   * Ends it with time to finish, and starts nothing any more. Resolves when no process of it is left; again and again the same.
   *
   * @param signal aborted: kills at once what is left
   */
  stop(signal?: AbortSignal): Promise<void>;
  /** Kills every process before it returns, and starts nothing any more. */
  kill(): void;
}

/** What {@linkcode supervise} makes processes from. */
export type SupervisorParts =
  & Omit<ProcessParts, "id" | "generation" | "token" | "onLife">
  & { readonly newToken: () => string };

/** Keeps one backend: starts it when somebody wants it, tells the directory, ends it. */
export function supervise(parts: SupervisorParts): Backend {
  return new Supervisor(parts);
}

class Supervisor implements Backend {
  readonly directory: Directory;
  readonly #parts: SupervisorParts;
  /** The process that starts or serves. */
  #serving: BackendProcess | undefined;
  /** Everything that is not gone yet, the serving one too. */
  readonly #alive = new Set<BackendProcess>();
  #stopped: Promise<void> | undefined;
  #lastId = 0;

  constructor(parts: SupervisorParts) {
    this.#parts = parts;
    this.directory = new Directory({
      start: () => this.#start(),
      doubt: (id, fault) => this.#serving?.id === id && this.#serving.doubt(fault),
    });
  }

  stop(signal?: AbortSignal): Promise<void> {
    this.#stopped ??= this.#close((one) => one.stop());
    if (signal?.aborted) this.kill();
    else signal?.addEventListener("abort", () => this.kill(), { once: true });
    return this.#stopped;
  }

  kill(): void {
    const ended = this.#close((one) => one.kill());
    this.#stopped ??= ended;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  async #close(end: (one: BackendProcess) => void): Promise<void> {
    this.directory.publish({ is: "closed" });
    const ending = [...this.#alive];
    for (const one of ending) end(one);
    await Promise.all(ending.map((one) => one.gone));
  }

  #start(): void {
    const earlier = [...this.#alive];
    const process = new BackendProcess({
      ...this.#parts,
      id: ++this.#lastId,
      generation: this.directory.current().generation,
      token: this.#parts.newToken(),
      // Never two at once: an app may hold locks, and a fixed port can be had once.
      prepare: async (token) => {
        await Promise.all(earlier.map(({ gone }) => gone));
        return await this.#parts.prepare(token);
      },
      onLife: (life, before) => this.#onLife(process, life, before),
    });
    this.#serving = process;
    this.#alive.add(process);
    this.directory.publish({ is: "start" });
    process.start();
  }

  #onLife(process: BackendProcess, life: Life, before: Life): void {
    if (life.at === "ended") this.#alive.delete(process);
    if (process !== this.#serving) return;
    if (life.at === "ready" && before.at !== "ready") {
      return this.directory.publish({ is: "ready", targets: [process.target] });
    }
    const hasDied = before.at === "ready" && life.at !== "ready";
    if (!hasDied && life.at !== "ended") return;
    this.#serving = undefined;
    const { failure } = process;
    const hasFailed = life.at === "ended" && life.outcome.why === "failed";
    this.directory.publish(
      hasFailed && failure ? { is: "failed", reason: failure } : { is: "stopped" },
    );
  }
}
