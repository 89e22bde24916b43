import type { HostEvent } from "../../contract/event.ts";
import type { ApplicationTale, RecycleEnd, Recycling } from "./application.ts";

/** What is known about an application when something is told of it. */
export interface ApplicationFacts {
  readonly root: string;
  /** The one that serves, or that comes next. */
  readonly generation: number;
  /** Milliseconds of the clock. */
  readonly now: number;
}

/** Makes an event for the log, with the module's id. @see ANCM L-22, L-27, L-30, L-31 */
export function applicationEvent(tale: ApplicationTale, facts: ApplicationFacts): HostEvent {
  const { level, name, message, eventId, more } = eventOf(tale, facts);
  return {
    level,
    name,
    message,
    ...(eventId === undefined ? {} : { eventId }),
    facts: { root: facts.root, generation: facts.generation, ...more },
  };
}

/** Says how a recycle ended, in one sentence without a full stop. */
export function recycleMessage(end: RecycleEnd): string {
  switch (end.outcome) {
    case "switched":
      return `Generation ${end.generation} serves`;
    case "idle":
      return "Nothing ran: the next start is a new one";
    case "kept":
      return end.isRestarted
        ? `The new generation did not start, and the old one is started again: ${end.failure}`
        : `The new generation did not start, and the old one serves on: ${end.failure}`;
    case "failed":
      return `The new generation did not start: ${end.failure}`;
    case "given-up":
      return `Given up: ${GIVEN_UP[end.because]}`;
  }
}

const GIVEN_UP = {
  "another recycle": "another recycle took its place",
  offline: "app_offline.htm has appeared",
  closed: "the host stops",
} as const;

interface Telling extends Omit<HostEvent, "facts"> {
  readonly more?: HostEvent["facts"];
}

function eventOf(tale: ApplicationTale, { now }: ApplicationFacts): Telling {
  switch (tale.what) {
    case "restarting":
      return {
        level: "info",
        name: "backend-restarting",
        message: `Starts a backend process again, ${pauseText(tale.delayMs)}: ` +
          `failure ${tale.failures} within a minute`,
        more: { failures: tale.failures, delayMs: tale.delayMs },
      };
    case "refused":
      return refused(tale);
    case "trial":
      return {
        level: "info",
        name: "backend-trial-start",
        message: "Tries one start after too many failures",
      };
    case "recycling":
      return recycling(tale);
    case "recycle-ended":
      return recycleEnded(tale.recycling, tale.end, now);
    case "going-offline":
      return {
        level: "info",
        name: "app-going-offline",
        eventId: 1012,
        message: "Stops the backend: app_offline.htm has appeared",
      };
    case "offline":
      return {
        level: "info",
        name: "app-offline",
        message: "The backend has stopped: every request gets app_offline.htm",
      };
    case "online":
      return {
        level: "info",
        name: "app-online",
        message: "app_offline.htm has gone: the next request starts the backend",
      };
    case "resting":
      return {
        level: "info",
        name: "backend-resting",
        message: `Stops the backend until the next request: ${tale.reason}`,
        more: { reason: tale.reason },
      };
  }
}

function pauseText(delayMs: number): string {
  return delayMs === 0 ? "at once" : `in ${delayMs} ms`;
}

function refused(tale: ApplicationTale & { what: "refused" }): Telling {
  const { failures, limit, isTrial } = tale;
  const forMs = Math.round(tale.forMs);
  const why = isTrial
    ? "the trial start failed"
    : `${failures} failures are more than aspNetCore/@rapidFailsPerMinute="${limit}"`;
  return {
    level: "error",
    name: "backend-refused-starts",
    eventId: 1003,
    message: `Starts no backend for ${Math.ceil(forMs / 1000)} s, then tries once: ${why}`,
    more: { failures, rapidFailsPerMinute: limit, retryAfterMs: forMs },
  };
}

const HOW = {
  overlapped: "the old processes serve until the new ones do",
  "stop-first": "requests wait until the old processes are gone and new ones serve",
  anew: "what was starting is dropped",
  idle: "nothing runs",
  closed: "the host stops",
} as const;

function recycling({ recycling, stopFirst }: ApplicationTale & { what: "recycling" }): Telling {
  const { reason, isConfigChange, how } = recycling;
  const because = how === "stop-first" && stopFirst === "fixed port"
    ? " (ASPNETCORE_PORT of web.config is one port)"
    : "";
  return {
    level: "info",
    name: "backend-recycling",
    message: `Recycles the backend: ${reason}; ${HOW[how]}${because}`,
    ...(isConfigChange ? { eventId: 1021 } : {}),
    more: { reason, how },
  };
}

function recycleEnded(recycling: Recycling, end: RecycleEnd, now: number): Telling {
  const { reason, isConfigChange } = recycling;
  const hasFailed = end.outcome === "kept" || end.outcome === "failed";
  const durationMs = Math.round(now - recycling.since);
  return {
    level: hasFailed ? "error" : "info",
    name: hasFailed ? "backend-recycle-failed" : "backend-recycled",
    message: `${recycleMessage(end)}, ${durationMs} ms after the recycle began`,
    ...(hasFailed && isConfigChange ? { eventId: 1022 } : {}),
    more: { reason, outcome: end.outcome, durationMs },
  };
}
