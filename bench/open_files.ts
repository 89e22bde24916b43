/** Files that a server or this client needs beside its connections. */
const RESERVE = 1_000;

/** Gives how many files a process that is started here may open (`ulimit -n`); Infinity where nobody says. */
export async function openFilesLimit(): Promise<number> {
  const limits = await Deno.readTextFile("/proc/self/limits").catch(() => "");
  const found = /^Max open files\s+(\S+)/m.exec(limits)?.[1];
  return found === undefined || found === "unlimited" ? Infinity : Number(found);
}

/** Gives how many connections can be opened of those that are wanted. */
export function possibleConnections(wanted: number, openFiles: number): number {
  return Math.max(0, Math.min(wanted, openFiles - RESERVE));
}
