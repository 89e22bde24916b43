import { FakeClock } from "./fake_clock.ts";
import type { HashQuestion } from "../../src/modules/authentication/_hash_worker.ts";
import { type Accounts, openAccounts } from "../../src/modules/authentication/accounts.ts";
import type { HostEvent } from "../../src/contract/event.ts";

/** A thread whose questions a test answers. */
export class FakeHashThread {
  onmessage: ((event: MessageEvent) => void) | null = null;
  onerror: ((event: ErrorEvent) => void) | null = null;
  readonly questions: HashQuestion[] = [];
  isTerminated = false;

  postMessage(question: HashQuestion): void {
    this.questions.push(question);
  }

  terminate(): void {
    this.isTerminated = true;
  }

  /** Answers the oldest question. */
  answer(isRight: boolean): void {
    const { id } = this.questions.shift() ?? { id: -1 };
    this.onmessage?.(new MessageEvent("message", { data: { id, isRight } }));
  }

  fail(message: string): void {
    this.onerror?.(new ErrorEvent("error", { message, cancelable: true }));
  }
}

/** Accounts over a file of a test. */
export interface AccountsStage extends AsyncDisposable {
  readonly accounts: Accounts;
  readonly clock: FakeClock;
  readonly events: readonly HostEvent[];
  /** As they were started. */
  readonly threads: readonly FakeHashThread[];
  /** The last of them. */
  readonly thread: FakeHashThread;
  readonly file: string;
  /** Writes the file anew and lets the time pass after which it is looked at. */
  write(text: string): Promise<void>;
}

/** Opens accounts whose hashes a test checks. */
export async function accountsStage(text: string): Promise<AccountsStage> {
  const dir = await Deno.makeTempDir();
  const file = `${dir}/people`;
  await Deno.writeTextFile(file, text);
  const clock = new FakeClock();
  const events: HostEvent[] = [];
  const threads: FakeHashThread[] = [];
  const accounts = await openAccounts({
    file,
    clock,
    report: (event) => events.push(event),
    startThread() {
      const thread = new FakeHashThread();
      threads.push(thread);
      return thread;
    },
  });
  return {
    accounts,
    clock,
    events,
    threads,
    get thread() {
      const thread = threads.at(-1);
      if (!thread) throw new Error("No thread was started");
      return thread;
    },
    file,
    async write(text) {
      await Deno.writeTextFile(file, text);
      await clock.advance(1_000);
    },
    async [Symbol.asyncDispose]() {
      accounts[Symbol.dispose]();
      await Deno.remove(dir, { recursive: true });
    },
  };
}
