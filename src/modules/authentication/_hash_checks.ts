import { HostError } from "../../contract/host_error.ts";
import { type HashAnswer, type HashQuestion, startHashWorker } from "./_hash_worker.ts";

/** As much of a thread as is needed. */
export type HashThread = Pick<Worker, "postMessage" | "terminate" | "onmessage" | "onerror">;

/** How many passwords wait to be checked or are. */
const WAITING_MOST = 32;

/** Compares passwords with hashes in a thread of their own: each takes as long as thousands of requests. */
export class HashChecks implements Disposable {
  readonly #start: () => HashThread;
  readonly #waiting = new Map<number, PromiseWithResolvers<boolean>>();
  #thread: HashThread | undefined;
  #next = 0;

  /** @param start makes the thread, when it is needed first or after it has failed */
  constructor(start: () => HashThread = startHashWorker) {
    this.#start = start;
  }

  /**
   * Tells whether a password is the one of a bcrypt hash.
   *
   * @throws {HostError} `logon-busy` when too many wait
   */
  check(password: string, hash: string): Promise<boolean> {
    if (this.#waiting.size >= WAITING_MOST) {
      throw new HostError(
        "logon-busy",
        `Cannot check a password while ${WAITING_MOST} others wait`,
      );
    }
    this.#thread ??= this.#started();
    const id = this.#next++;
    const answer = Promise.withResolvers<boolean>();
    this.#waiting.set(id, answer);
    const question: HashQuestion = { id, password, hash };
    this.#thread.postMessage(question);
    return answer.promise;
  }

  /** Ends the thread; whoever waits is told. */
  [Symbol.dispose](): void {
    this.#fail(new HostError("host-stopping", "Cannot check the password: the host is stopped"));
  }

  #started(): HashThread {
    const thread = this.#start();
    thread.onmessage = ({ data }: MessageEvent<HashAnswer>) => {
      this.#waiting.get(data.id)?.resolve(data.isRight);
      this.#waiting.delete(data.id);
    };
    thread.onerror = (event) => {
      event.preventDefault();
      const message = `Cannot check the password: ${event.message}`;
      this.#fail(new HostError("host-bug", message));
    };
    return thread;
  }

  #fail(error: HostError): void {
    this.#thread?.terminate();
    this.#thread = undefined;
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const answer of waiting) answer.reject(error);
  }
}
