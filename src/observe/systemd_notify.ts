import type { Clock } from "../contract/clock.ts";
import type { HostEvent, Report } from "../contract/event.ts";
import { type NoticeSender, noticeSender } from "./_notify_socket.ts";

/** What {@linkcode systemdNotify} needs. */
export interface SystemdNotifyParts {
  /** The host's own environment. */
  readonly environment: Readonly<Record<string, string>>;
  readonly pid: number;
  readonly clock: Clock;
  readonly report: Report;
  /** Makes what sends to an address. @default that of this system */
  readonly sender?: (address: string) => NoticeSender;
}

/**
 * Tells systemd how the host is, where that has started it and wants to know. Nothing is told any more once it is disposed of.
 *
 * @returns nothing where `NOTIFY_SOCKET` is not set
 * @see sd_notify(3)
 */
export function systemdNotify(parts: SystemdNotifyParts): SystemdNotify | undefined {
  const address = parts.environment["NOTIFY_SOCKET"];
  if (!address) return undefined;
  const { sender = noticeSender } = parts;
  try {
    return new SystemdNotify(sender(address), parts);
  } catch (error) {
    parts.report(notTold(error));
    return undefined;
  }
}

/** The host's side of the talk with systemd. Never throws and never waits. */
export class SystemdNotify implements Disposable {
  readonly #sender: NoticeSender;
  readonly #parts: SystemdNotifyParts;
  readonly #over = new AbortController();
  /** How many recycles are under way. */
  #reloads = 0;
  #isReady = false;
  #hasFailed = false;

  constructor(sender: NoticeSender, parts: SystemdNotifyParts) {
    this.#sender = sender;
    this.#parts = parts;
  }

  /** Every listener accepts. From now on the watchdog is served. */
  ready(urls: readonly string[]): void {
    this.#isReady = true;
    this.#tell(`READY=1\nSTATUS=Serving on ${urls.join(", ")}\nMAINPID=${this.#parts.pid}`);
    const everyMs = watchdogMs(this.#parts);
    if (everyMs !== undefined) void this.#watch(everyMs);
  }

  /** A reload was asked for; {@linkcode reloaded} follows. */
  reloading(): void {
    if (this.#isReady && this.#reloads++ === 0) {
      this.#tell(`RELOADING=1\nMONOTONIC_USEC=${this.#sender.monotonic()}`);
    }
  }

  /** The reload is over, however it ended. */
  reloaded(): void {
    if (this.#isReady && this.#reloads > 0 && --this.#reloads === 0) this.#tell("READY=1");
  }

  /** Takes an event of the host. */
  take({ name }: HostEvent): void {
    if (name === "backend-recycling") this.reloading();
    else if (name === "backend-recycled" || name === "backend-recycle-failed") this.reloaded();
    else if (name === "stop-asked") this.#stopping();
  }

  [Symbol.dispose](): void {
    if (this.#over.signal.aborted) return;
    this.#over.abort();
    this.#sender[Symbol.dispose]();
  }

  #stopping(): void {
    this.#isReady = false;
    this.#tell("STOPPING=1\nSTATUS=Draining");
  }

  async #watch(everyMs: number): Promise<void> {
    const { signal } = this.#over;
    try {
      for (;;) {
        await this.#parts.clock.sleep(everyMs, signal);
        this.#tell("WATCHDOG=1");
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  #tell(text: string): void {
    if (this.#over.signal.aborted) return;
    try {
      this.#sender.send(text);
      this.#hasFailed = false;
    } catch (error) {
      if (!this.#hasFailed) this.#parts.report(notTold(error));
      this.#hasFailed = true;
    }
  }
}

/** Gives half the time within which systemd wants to hear of this process; nothing where it does not. */
function watchdogMs({ environment, pid }: SystemdNotifyParts): number | undefined {
  const microseconds = Number(environment["WATCHDOG_USEC"] ?? NaN);
  const whom = environment["WATCHDOG_PID"];
  if (!(microseconds > 0) || (whom !== undefined && Number(whom) !== pid)) return undefined;
  return microseconds / 2_000;
}

function notTold(error: unknown): HostEvent {
  const why = error instanceof Error ? error.message : String(error);
  return {
    level: "warning",
    name: "systemd-not-told",
    message: `Cannot tell systemd how the host is (NOTIFY_SOCKET): ${why}`,
  };
}
