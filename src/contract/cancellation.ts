/**
 * Says once that something is over. One object without events: an exchange costs no AbortSignal unless somebody
 * asks for one.
 */
export class Cancellation {
  #reason: unknown;
  #isCancelled = false;
  #listeners: (() => void)[] | undefined;
  #controller: AbortController | undefined;

  /** Whether it is over. */
  get isCancelled(): boolean {
    return this.#isCancelled;
  }

  /** Why; undefined before. */
  get reason(): unknown {
    return this.#reason;
  }

  /** The same as a signal, made when first asked for. */
  get signal(): AbortSignal {
    if (!this.#controller) {
      this.#controller = new AbortController();
      if (this.#isCancelled) this.#controller.abort(this.#reason);
    }
    return this.#controller.signal;
  }

  /** Says that it is over. Only the first call counts. */
  cancel(reason: unknown): void {
    if (this.#isCancelled) return;
    this.#isCancelled = true;
    this.#reason = reason;
    const listeners = this.#listeners;
    this.#listeners = undefined;
    this.#controller?.abort(reason);
    for (const listener of listeners ?? []) listener();
  }

  /** Calls back once when it is over; at once where it is already. Never throws into who cancels. */
  onCancel(listener: () => void): void {
    if (this.#isCancelled) listener();
    else (this.#listeners ??= []).push(listener);
  }

  /** Forgets a listener. */
  offCancel(listener: () => void): void {
    const at = this.#listeners?.indexOf(listener) ?? -1;
    if (at >= 0) this.#listeners?.splice(at, 1);
  }

  /** @throws the reason, where it is over */
  throwIfCancelled(): void {
    if (this.#isCancelled) throw this.#reason;
  }
}
