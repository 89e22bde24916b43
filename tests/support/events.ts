import type { HostEvent, Report } from "../../src/contract/event.ts";

/** Keeps the events that were reported. */
export interface EventLog {
  readonly report: Report;
  readonly events: readonly HostEvent[];
  /** Gives `id name` of each, in order; `-` where there is no id. */
  names(): string[];
  /** Gives the first of that name. */
  find(name: string): HostEvent | undefined;
}

/** Makes an empty {@linkcode EventLog}. */
export function eventLog(): EventLog {
  const events: HostEvent[] = [];
  return {
    report: (event) => events.push(event),
    events,
    names: () => events.map(({ eventId, name }) => `${eventId ?? "-"} ${name}`),
    find: (wanted) => events.find(({ name }) => name === wanted),
  };
}
