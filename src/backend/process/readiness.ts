import type { Clock } from "../../contract/clock.ts";
import type { Child, Listener } from "./child.ts";
import type { LifeEvent } from "./life.ts";

/** Tells whether a TCP connection to 127.0.0.1 at the port can be made. */
export type Probe = (port: number, signal: AbortSignal) => Promise<boolean>;

/** How often a child that does not listen where it should is asked where it does. */
const ELSEWHERE_MS = 1000;
/** One probe may take that long: a listener whose queue is full does not answer. */
const PROBE_MS = 1000;

/** What {@linkcode watchStart} needs. */
export interface WatchParts {
  readonly child: Child;
  readonly port: number;
  readonly clock: Clock;
  readonly probe: Probe;
  /** Whether another port is as good. @see handlerSetting `adoptPort` */
  readonly adoptPort: boolean;
  /** Ends the watch. */
  readonly signal: AbortSignal;
  readonly tell: (event: LifeEvent) => void;
}

/**
 * Looks at a starting child until its port is listened on, and tells by whom; tells too when it listens elsewhere,
 * and is done with that where another port may be adopted and two looks have seen the same one.
 * No request is made: a listener is enough.
 *
 * @throws the signal's reason as soon as it is aborted
 * @see ANCM P-21 … P-25
 */
export async function watchStart(parts: WatchParts): Promise<void> {
  const { child, port, clock, signal, tell, adoptPort } = parts;
  const began = clock.now();
  let lookElsewhereAt = began + ELSEWHERE_MS;
  let known = "[]";
  let candidate: Listener | undefined;
  while (true) {
    if (await isConnectable(parts)) {
      const owner = child.owner(port);
      // A port in the ephemeral range can connect to itself: then nobody listens.
      if (owner !== "nobody") return tell({ is: owner === "foreign" ? "taken" : "listening" });
    }
    if (clock.now() >= lookElsewhereAt) {
      lookElsewhereAt = clock.now() + ELSEWHERE_MS;
      const listeners = child.listeners();
      const before = candidate;
      candidate = adoptPort ? adoptable(listeners) : undefined;
      if (candidate && candidate.port === before?.port) {
        return tell({ is: "adopted", listener: candidate });
      }
      if (listeners.length > 0 && JSON.stringify(listeners) !== known) {
        known = JSON.stringify(listeners);
        tell({ is: "elsewhere", listeners });
      }
    }
    await clock.sleep(pollMs(clock.now() - began), signal);
  }
}

/** Gives the one place that can be meant where a child listens elsewhere: on one port only, at which 127.0.0.1 answers. */
export function adoptable(listeners: readonly Listener[]): Listener | undefined {
  const ports = new Set(listeners.map(({ port }) => port));
  if (ports.size !== 1) return undefined;
  return listeners.find(({ address }) => REACHABLE.includes(address));
}

/** Addresses of listeners that take connections to 127.0.0.1. */
const REACHABLE = ["127.0.0.1", "0.0.0.0", "::"];

/** Gives the pause before the next look: a tenth of the time so far, so that waiting adds little to any start. */
export function pollMs(elapsedMs: number): number {
  return Math.min(Math.max(elapsedMs / 10, 5), 250);
}

/** When a start that takes long is told of for the first time. Each time after that the wait doubles, up to a minute. */
const FIRST_WORD_MS = 2000;
const LONGEST_SILENCE_MS = 60_000;

/**
 * Calls `tell` again and again while a start takes long.
 *
 * @throws the signal's reason as soon as it is aborted
 */
export async function tellProgress(
  { clock, signal, tell }: { clock: Clock; signal: AbortSignal; tell: () => void },
): Promise<void> {
  for (let pause = FIRST_WORD_MS;; pause = Math.min(pause * 2, LONGEST_SILENCE_MS)) {
    await clock.sleep(pause, signal);
    tell();
  }
}

async function isConnectable({ probe, port, clock, signal }: WatchParts): Promise<boolean> {
  const done = new AbortController();
  const late = new AbortController();
  const end = AbortSignal.any([signal, done.signal]);
  clock.sleep(PROBE_MS, end).then(() => late.abort(), () => {});
  try {
    return await probe(port, AbortSignal.any([signal, late.signal]));
  } catch {
    signal.throwIfAborted();
    return false;
  } finally {
    done.abort();
  }
}
