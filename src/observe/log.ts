import type { Clock } from "../contract/clock.ts";
import { type HostEvent, type Level, LEVELS, type Report } from "../contract/event.ts";

/** How {@linkcode createLog} writes. */
export interface LogOptions {
  /** `text` for people, `json` for machines: one object a line. */
  readonly format: "text" | "json";
  /** Events below this level are left out. */
  readonly level: Level;
  /** Whether text may carry terminal colours. @default false */
  readonly colours?: boolean;
  readonly clock: Clock;
  /** Takes one whole line, without its end. Never throws. */
  readonly write: (line: string) => void;
}

/** Makes a reporter that writes each event as one line. */
export function createLog(options: LogOptions): Report {
  const lowest = LEVELS.indexOf(options.level);
  const render = options.format === "json" ? jsonLine : textLine;
  return (event) => {
    if (LEVELS.indexOf(event.level) < lowest) return;
    options.write(render(event, options.clock.date(), options.colours ?? false));
  };
}

/** Renders an event as one JSON object. The four fixed names win over facts of the same name. */
export function jsonLine(event: HostEvent, date: Date): string {
  return JSON.stringify({
    time: date.toISOString(),
    level: event.level,
    event: event.name,
    message: event.message,
    ...(event.eventId === undefined ? {} : { eventId: event.eventId }),
    ...withoutFixed(event.facts),
  });
}

const FIXED = new Set(["time", "level", "event", "message", "eventId"]);

function withoutFixed(facts: HostEvent["facts"]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(facts ?? {}).filter(([name]) => !FIXED.has(name)));
}

const COLOURS: Record<Level, string> = {
  debug: "\x1b[2m",
  info: "",
  warning: "\x1b[33m",
  error: "\x1b[31m",
};

/** Renders an event for a person: time of day, level where it matters, the sentence. */
export function textLine(event: HostEvent, date: Date, colours: boolean): string {
  const time = date.toISOString().slice(11, 19);
  const pid = event.facts?.["pid"];
  if (event.name === "backend-output") {
    return `${time} [backend ${pid ?? "?"}] ${oneLine(event.message)}`;
  }
  const label = event.level === "info" ? "" : `${event.level}: `;
  const line = `${time} ${label}${oneLine(event.message)}`;
  const colour = colours ? COLOURS[event.level] : "";
  const shown = colour ? `${colour}${line}\x1b[0m` : line;
  return [shown, ...detailLines(event)].join("\n");
}

/** The fact `details` has several lines; a person needs them. */
function detailLines(event: HostEvent): string[] {
  const details = event.facts?.["details"];
  if (typeof details !== "string" || details === "") return [];
  return details.split("\n").map((line) => `         | ${oneLine(line)}`);
}

/** Keeps whatever was reported on its own line: what arrives must not be able to forge a second one. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, (c) => {
    if (c === "\t") return c;
    return c === "\n" ? " " : `\\x${c.charCodeAt(0).toString(16).padStart(2, "0")}`;
  });
}
