import type { HostEvent } from "../../contract/event.ts";

/** So many lines are shown while it is built. */
const TAIL_LINES = 12;
/** So many different messages are kept. */
const MESSAGES_KEPT = 50;
const MESSAGE = /(?:^|[\s:)])(error|warning) (?:[A-Z]+\d+)?\s*:/;

/** What a build prints: its last lines, and its errors and warnings once each. */
export class BuildOutput {
  readonly #tail: string[] = [];
  readonly #messages = new Map<string, "error" | "warning">();

  /** Takes a line. */
  take(line: string): void {
    if (line.trim() === "") return;
    if (this.#tail.push(line) > TAIL_LINES) this.#tail.shift();
    const level = MESSAGE.exec(line)?.[1];
    if (level === undefined || this.#messages.size >= MESSAGES_KEPT) return;
    this.#messages.set(withoutProject(line.trim()), level as "error" | "warning");
  }

  /** Gives the last lines. */
  tail(): readonly string[] {
    return [...this.#tail];
  }

  /** Says in a few words how it went wrong. */
  sum(): string {
    const count = this.#of("error").length;
    if (count === 0) return "dotnet build failed";
    return `${count}${this.#messages.size >= MESSAGES_KEPT ? " or more" : ""} error${
      count === 1 ? "" : "s"
    }`;
  }

  /** Gives the errors; where there are none, the last lines. */
  reasons(): readonly string[] {
    const errors = this.#of("error");
    return errors.length > 0 ? errors : this.tail();
  }

  /** Gives an event for each error and warning. */
  events(): HostEvent[] {
    return [...this.#messages].map(([message, level]) => ({
      level,
      name: `build-${level}`,
      message,
    }));
  }

  #of(level: "error" | "warning"): string[] {
    return [...this.#messages].flatMap(([text, one]) => one === level ? [text] : []);
  }
}

/** The project that a message belongs to stands behind it in brackets. */
function withoutProject(line: string): string {
  return line.replace(/ \[[^\]]+proj(?:::[^\]]*)?\]$/, "");
}
