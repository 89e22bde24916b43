/** Remembers what was found out for a while, up to so many; what was set last stays longest. */
export class Verdicts<V> {
  readonly #most: number;
  readonly #keptMs: number;
  readonly #kept = new Map<string, { readonly value: V; readonly until: number }>();

  /** @param keptMs since it was set last */
  constructor(most: number, keptMs: number) {
    this.#most = most;
    this.#keptMs = keptMs;
  }

  get(key: string, now: number): V | undefined {
    const kept = this.#kept.get(key);
    if (!kept) return undefined;
    if (kept.until > now) return kept.value;
    this.#kept.delete(key);
    return undefined;
  }

  set(key: string, value: V, now: number): void {
    this.#kept.delete(key);
    this.#kept.set(key, { value, until: now + this.#keptMs });
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= this.#most) return;
      this.#kept.delete(oldest);
    }
  }

  clear(): void {
    this.#kept.clear();
  }
}
