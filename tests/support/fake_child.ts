import type { Child, Exit, Listener, PortOwner } from "../../src/backend/process/child.ts";

/** A process that does what a test tells it. */
export class FakeChild implements Child {
  static #lastPid = 1000;

  readonly pid = ++FakeChild.#lastPid;
  readonly signals: string[] = [];
  readonly exited: Promise<Exit>;
  readonly #exit = Promise.withResolvers<Exit>();
  /** Whose the port is while it lives. */
  portOwner: PortOwner = "nobody";
  elsewhere: Listener[] = [];
  /** Whether SIGTERM does nothing to it. */
  isDeaf = false;
  /** Whether something that it started outlives it until SIGKILL. */
  hasOffspring = false;
  isBeingDebugged = false;
  output: string[] = [];
  #isAlive = true;
  #lives = true;

  constructor() {
    this.exited = this.#exit.promise;
  }

  /** Whether anything of it lives. */
  get lives(): boolean {
    return this.#lives;
  }

  exit(code: number, signal: string | null = null): void {
    if (!this.#isAlive) return;
    this.#isAlive = false;
    if (!this.hasOffspring) this.#die();
    this.#exit.resolve({ code, signal });
  }

  isLeaderAlive(): boolean {
    return this.#isAlive;
  }

  isGone(): boolean {
    return !this.#lives;
  }

  signal(name: "SIGTERM" | "SIGKILL"): void {
    if (!this.#lives) return;
    this.signals.push(name);
    if (name === "SIGTERM" && this.isDeaf) return;
    if (name === "SIGKILL") this.hasOffspring = false;
    this.#isAlive ? this.exit(name === "SIGKILL" ? 137 : 143, name) : this.#die();
  }

  owner(): PortOwner {
    return this.portOwner;
  }

  stranger(): string | undefined {
    return this.portOwner === "foreign" ? "process 7" : undefined;
  }

  listeners(): readonly Listener[] {
    return this.elsewhere;
  }

  isDebugged(): boolean {
    return this.isBeingDebugged && this.#lives;
  }

  tail(): readonly string[] {
    return this.output;
  }

  drained(): Promise<void> {
    return Promise.resolve();
  }

  #die(): void {
    if (this.hasOffspring) return;
    this.#lives = false;
    this.portOwner = "nobody";
  }
}
