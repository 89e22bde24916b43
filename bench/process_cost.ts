import { descendantsOf, residentBytes } from "../tests/support/executable_processes.ts";

/** Ticks a second in which `/proc` counts processor time. */
const TICKS = 100;

/** Gives a process and, where they belong to the same server, those below it. */
export async function processesOf(pid: number, withDescendants: boolean): Promise<number[]> {
  return withDescendants ? [pid, ...await descendantsOf(pid)] : [pid];
}

/** Gives the resident memory of some processes together, in bytes; what they share counts for each. */
export async function memoryBytes(pids: readonly number[]): Promise<number> {
  return sum(await Promise.all(pids.map(residentBytes)));
}

/** Gives the processor time that some processes have used since they began, in microseconds, in whole ticks. */
export async function processorMicros(pids: readonly number[]): Promise<number> {
  return sum(
    await Promise.all(pids.map(async (pid) => {
      const stat = await Deno.readTextFile(`/proc/${pid}/stat`);
      // The program's name stands in parentheses and may hold anything; user and system time are fields 14 and 15.
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      return (Number(fields[11]) + Number(fields[12])) / TICKS * 1e6;
    })),
  );
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
