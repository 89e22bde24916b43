/** What `/proc` tells of a process. */
interface ProcessFacts {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly state: string;
}

/** Gives the processes below this one, at any depth. */
export async function descendantsOf(pid: number): Promise<number[]> {
  const all = await processes();
  const below = (parent: number): number[] =>
    all.filter((p) => p.parent === parent).flatMap((p) => [p.pid, ...below(p.pid)]);
  return below(pid);
}

/** Gives the process group of a process that runs. */
export async function groupOf(pid: number): Promise<number> {
  const facts = await factsOf(pid);
  if (!facts) throw new Error(`Process ${pid} is not there`);
  return facts.group;
}

/** Gives the processes that run in a group; one that has ended and waits to be reaped is not among them. */
export async function membersOf(group: number): Promise<number[]> {
  return (await processes()).filter((p) => p.group === group && p.state !== "Z").map((p) => p.pid);
}

/**
 * Tells whether a process runs; one that has ended and waits to be reaped does not.
 * Its first thread may have ended before the others: only with the last one its connections are closed.
 */
export async function isRunning(pid: number): Promise<boolean> {
  try {
    for await (const { name } of Deno.readDir(`/proc/${pid}/task`)) {
      const facts = await factsOf(Number(name), `/proc/${pid}/task/${name}/stat`);
      if (facts && !["Z", "X"].includes(facts.state)) return true;
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return false;
}

/** Gives the resident memory of a process, in bytes. */
export async function residentBytes(pid: number): Promise<number> {
  const status = await Deno.readTextFile(`/proc/${pid}/status`);
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) * 1024;
}

/** Gives a variable from the environment that a process was started with. */
export async function variableOf(pid: number, name: string): Promise<string | undefined> {
  const entries = (await Deno.readTextFile(`/proc/${pid}/environ`)).split("\0");
  return entries.find((entry) => entry.startsWith(`${name}=`))?.slice(name.length + 1);
}

async function processes(): Promise<ProcessFacts[]> {
  const found: ProcessFacts[] = [];
  for await (const { name } of Deno.readDir("/proc")) {
    const facts = /^\d+$/.test(name) && await factsOf(Number(name));
    if (facts) found.push(facts);
  }
  return found;
}

async function factsOf(
  pid: number,
  file = `/proc/${pid}/stat`,
): Promise<ProcessFacts | undefined> {
  const stat = await Deno.readTextFile(file).catch(() => undefined);
  if (stat === undefined) return undefined;
  // The program's name stands in parentheses and may hold anything, also a parenthesis.
  const [state = "", parent, group] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return { pid, parent: Number(parent), group: Number(group), state };
}
