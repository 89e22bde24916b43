import type { Clock } from "../contract/clock.ts";
import type { Exchange } from "../contract/exchange.ts";
import type { HostError } from "../contract/host_error.ts";
import type { FailedRequest } from "../contract/live_status.ts";

/** Kinds that are remembered: so many of clients, and so many of the host and the backend. */
const KINDS = 25;
/** Longest path and message that are kept, in characters. */
const LONGEST = { path: 200, message: 600 } as const;

/**
 * Remembers the failures that happened last, the same ones as one. Those that are the fault of clients have places
 * of their own: whoever asks for much that there is not drives no broken start out.
 */
export class RecentFailures {
  /** Goes up with each one. */
  version = 0;
  readonly #clock: Clock;
  /** By what makes them the same; the oldest first. */
  readonly #ofClients = new Map<string, FailedRequest>();
  readonly #ofOthers = new Map<string, FailedRequest>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Takes a failure. What clients cause by leaving is none. */
  take({ id, received }: Exchange, { code, message, failure }: HostError): void {
    if (code === "client-gone") return;
    const { side, status, subStatus, remedy } = failure;
    const path = cut(received.target.split("?", 1)[0] ?? "", LONGEST.path);
    const kinds = side === "client" ? this.#ofClients : this.#ofOthers;
    const key = `${code} ${received.method} ${path}`;
    const count = (kinds.get(key)?.count ?? 0) + 1;
    kinds.delete(key);
    kinds.set(key, {
      at: this.#clock.date().toISOString(),
      count,
      id,
      status: `${status}.${subStatus}`,
      code,
      side,
      method: received.method,
      path,
      message: cut(message, LONGEST.message),
      advice: remedy,
    });
    const [oldest] = kinds.keys();
    if (kinds.size > KINDS && oldest !== undefined) kinds.delete(oldest);
    this.version++;
  }

  /** Gives them, newest first. */
  list(): readonly FailedRequest[] {
    return [...this.#ofClients.values(), ...this.#ofOthers.values()]
      .sort((one, other) => other.at.localeCompare(one.at));
  }
}

function cut(text: string, longest: number): string {
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}
