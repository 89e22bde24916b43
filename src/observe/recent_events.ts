import type { Clock } from "../contract/clock.ts";
import type { Exchange } from "../contract/exchange.ts";
import type { HostError } from "../contract/host_error.ts";
import type { FailedRequest, OutputPiece, RecentEvents } from "../contract/live_status.ts";
import { RecentFailures } from "./_recent_failures.ts";
import { RecentOutput } from "./_recent_output.ts";
import type { BackendOutput } from "./request_events.ts";

/** What happened last, for whoever looks at the status page: a bounded number of failures and lines of output. */
export class RecentlySeen implements RecentEvents {
  readonly #failures: RecentFailures;
  readonly #output: RecentOutput;

  constructor(clock: Clock) {
    this.#failures = new RecentFailures(clock);
    this.#output = new RecentOutput(clock);
  }

  /** Takes a failure that the host answered, or broke off with. */
  failed(x: Exchange, error: HostError): void {
    this.#failures.take(x, error);
  }

  /** Takes a line that the backend wrote. */
  printed(line: BackendOutput): void {
    this.#output.take(line);
  }

  get failuresVersion(): number {
    return this.#failures.version;
  }

  failures(): readonly FailedRequest[] {
    return this.#failures.list();
  }

  outputSince(place: number): OutputPiece {
    return this.#output.since(place);
  }
}
