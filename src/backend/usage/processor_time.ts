import type { BackendStatus } from "../../contract/backend_status.ts";
import { familyOf, processRows, processTime } from "../custody/_proc.ts";

/** Adds up the processor time of a backend's processes and all that came from them, each time it is asked. */
export class ProcessorTime {
  /** Of each that was seen and may be there still, by a name that no other process has. Seconds. */
  #known = new Map<string, number>();
  #total = 0;

  /**
   * Gives what all of them have used since the first time it was asked, those that have ended included as far as
   * they were seen. Seconds; never less than before. Nothing where the system does not tell.
   */
  read({ processes }: Pick<BackendStatus, "processes">): number | undefined {
    if (Deno.build.os !== "linux") return undefined;
    try {
      this.#add(processes);
    } catch {
      // Such as too many open files: what was known before still holds.
    }
    return this.#total;
  }

  #add(processes: BackendStatus["processes"]): void {
    const rows = processRows();
    const families = processes.flatMap(({ pid }) => pid === undefined ? [] : familyOf(rows, pid));
    const seen = new Map<string, number>();
    for (const { pid, startTime } of families) {
      const seconds = processTime(pid);
      if (seconds !== undefined) seen.set(`${pid} ${startTime}`, seconds);
    }
    for (const [name, seconds] of seen) this.#total += seconds - (this.#known.get(name) ?? 0);
    this.#known = seen;
  }
}
