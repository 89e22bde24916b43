import type { StartFailure } from "../../contract/directory.ts";
import type { HostEvent } from "../../contract/event.ts";
import { type Exit, type Listener } from "./child.ts";
import { exitText, placeText } from "./failure.ts";
import type { Fault, Tale } from "./life.ts";

/** What is known about a process when something is told of it. */
export interface TaleFacts {
  readonly processPath: string;
  readonly root: string;
  readonly generation: number;
  readonly pid?: number | undefined;
  readonly port?: number | undefined;
  readonly exit?: Exit | undefined;
  /** Since the start of the attempt, or of the stop. */
  readonly durationMs: number;
  /** Why the newest attempt failed. */
  readonly failure?: StartFailure | undefined;
  readonly startMs: number;
  readonly shutdownMs: number;
}

/** Makes events for the log, with the module's ids. @see ANCM L-20 … L-34 */
export function eventsOf(tale: Tale, facts: TaleFacts): HostEvent[] {
  const common = commonFacts(facts);
  const event = (part: Omit<HostEvent, "facts">, more: HostEvent["facts"] = {}): HostEvent => ({
    ...part,
    facts: { ...common, ...more },
  });
  const durationMs = Math.round(facts.durationMs);
  switch (tale.what) {
    case "attempt-failed":
      return attemptFailed(tale.fault, tale.left, facts, event);
    case "start-failed":
      return [event({
        level: "error",
        name: "backend-start-failed",
        eventId: 1020,
        message: `Cannot start the backend: ${facts.failure?.message}`,
      }, { code: facts.failure?.code ?? "", details: (facts.failure?.details ?? []).join("\n") })];
    case "elsewhere":
      return [elsewhere(tale.listeners, facts, event)];
    case "adopted":
      return [event({
        level: "info",
        name: "backend-port-adopted",
        message: `Backend ${facts.pid} listens on ${placeText(tale.listener)} ` +
          `in place of the port that it was given, and is used there (handlerSetting adoptPort)`,
      })];
    case "waiting":
      return [event({
        level: "info",
        name: "backend-waiting",
        message: `Waiting for backend ${facts.pid} to listen on port ${facts.port} ` +
          `(${Math.round(facts.durationMs / 1000)} s of ${facts.startMs / 1000} s)`,
      }, { durationMs })];
    case "debugged":
      return [event({
        level: "info",
        name: "backend-debugged",
        message:
          `A debugger is attached to backend ${facts.pid}: no time limit counts before it is detached`,
      })];
    case "started":
      return [event({
        level: "info",
        name: "backend-started",
        eventId: 1001,
        message: `Backend ${facts.pid} listens on port ${facts.port} after ${durationMs} ms`,
      }, { durationMs })];
    case "died":
      return [event({
        level: "warning",
        name: "backend-exited",
        eventId: 1030,
        message: `Backend ${facts.pid} ended without being asked to: ${exitText(facts.exit)}`,
      }, exitFacts(facts.exit))];
    case "stopped":
      return [event({
        level: "info",
        name: "backend-stopped",
        eventId: 1030,
        message: `Backend ${facts.pid} has stopped: ${exitText(facts.exit)}`,
      }, { ...exitFacts(facts.exit), durationMs })];
    case "closed-port":
      return [event({
        level: "info",
        name: "backend-closed-port",
        message: `Backend ${facts.pid} no longer listens on port ${facts.port} and is ending`,
      })];
    case "killed":
      return [event({
        level: "warning",
        name: "backend-killed",
        eventId: 1005,
        message: `Backend ${facts.pid} did not stop within ${facts.shutdownMs / 1000} s ` +
          `(aspNetCore/@shutdownTimeLimit) and was killed`,
      })];
    case "left-behind":
      return [event({
        level: "error",
        name: "backend-left-behind",
        message:
          `Backend ${facts.pid} was killed and is still there: the system does not let it go`,
      })];
    case "answered":
      return [event({
        level: "info",
        name: "backend-shutdown-answered",
        eventId: 1006,
        message: tale.status === undefined
          ? `Backend ${facts.pid} took no shutdown request`
          : `Backend ${facts.pid} answered the shutdown request with ${tale.status}`,
      }, tale.status === undefined ? {} : { status: tale.status })];
  }
}

type MakeEvent = (part: Omit<HostEvent, "facts">, more?: HostEvent["facts"]) => HostEvent;

function attemptFailed(
  fault: Fault,
  left: number,
  { failure }: TaleFacts,
  event: MakeEvent,
): HostEvent[] {
  const code = failure?.code ?? "";
  const failed = event({
    level: "warning",
    name: "backend-attempt-failed",
    eventId: 1000,
    message: `${failure?.message}; ${left > 0 ? "tries once more" : "does not try again"}`,
  }, { code, attemptsLeft: left });
  if (fault.is !== "refused" || fault.fault.code !== "start-no-port") return [failed];
  const refused = { level: "error", name: "backend-no-port", eventId: 1001 } as const;
  return [event({ ...refused, message: failure?.message ?? "" }, { code }), failed];
}

function elsewhere(listeners: readonly Listener[], facts: TaleFacts, event: MakeEvent): HostEvent {
  const places = listeners.map(placeText).join(", ");
  return event({
    level: "warning",
    name: "backend-listens-elsewhere",
    eventId: 1000,
    message: `Backend ${facts.pid} listens on ${places}, not yet on 127.0.0.1:${facts.port} ` +
      `that it was given: let it use ASPNETCORE_PORT, PORT or ASPNETCORE_URLS`,
  }, { listeners: places });
}

function commonFacts(facts: TaleFacts): NonNullable<HostEvent["facts"]> {
  const { processPath, root, generation, pid, port } = facts;
  return {
    processPath,
    root,
    generation,
    ...(pid === undefined ? {} : { pid }),
    ...(port === undefined ? {} : { port }),
  };
}

function exitFacts(exit: Exit | undefined): NonNullable<HostEvent["facts"]> {
  if (exit === undefined) return {};
  return { exitCode: exit.code, ...(exit.signal === null ? {} : { exitSignal: exit.signal }) };
}
