import type { BackendStatus } from "../../contract/backend_status.ts";
import { familyOf, processRows } from "../custody/_proc.ts";

/**
 * Adds up the resident memory of the processes that serve and all that came from them, bytes. Pages that they share
 * count for each; processes of past generations do not count.
 *
 * @returns nothing where the system does not tell
 */
export function servingBytes({ generation, processes }: BackendStatus): number | undefined {
  if (Deno.build.os !== "linux") return undefined;
  const serving = processes.filter((one) => one.generation === generation && one.state === "ready");
  try {
    const rows = processRows();
    const families = serving.flatMap(({ pid }) => pid === undefined ? [] : familyOf(rows, pid));
    const pids = new Set(families.map((row) => row.pid));
    let bytes = 0;
    for (const pid of pids) bytes += residentOf(pid);
    return pids.size > 0 ? bytes : undefined;
  } catch {
    return undefined; // such as too many open files: not known this time
  }
}

/** Reads `VmRSS`, which other than `statm` needs no page size. */
function residentOf(pid: number): number {
  try {
    const [, kilobytes] =
      /^VmRSS:\s+(\d+) kB$/m.exec(Deno.readTextFileSync(`/proc/${pid}/status`)) ?? [];
    return Number(kilobytes ?? 0) * 1024;
  } catch {
    return 0; // it has ended since
  }
}
