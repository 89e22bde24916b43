import { join } from "node:path";
import type { Clock } from "../../contract/clock.ts";
import type { Report } from "../../contract/event.ts";
import { birthmarkOf } from "./_birthmark.ts";
import { type HostNote, type NotedChild, parseNote, type ProcessId } from "./_child_notes.ts";
import { familyOf, isAlive, type ProcessRow, processRow, processRows } from "./_proc.ts";
import { sendSignal } from "./_send_signal.ts";

/** What {@linkcode endStaleChildren} needs to know. */
export interface StaleParts {
  /** Where the notes are. */
  readonly folder: string;
  /** What the names of this application's notes begin with. */
  readonly prefix: string;
  /** How long they may take to end by themselves. */
  readonly shutdownMs: number;
  readonly clock: Clock;
  readonly report: Report;
}

const LOOK_MS = 20;
/** How long killed processes may take to vanish. */
const CLEAR_MS = 2000;

/**
 * Ends what hosts that are no more have left behind of this application: SIGTERM, and SIGKILL for what is then still
 * there. The processes of a host that lives are its own affair.
 */
export async function endStaleChildren(parts: StaleParts): Promise<void> {
  const notes = await readNotes(parts);
  const isLiving = ({ note }: { note: HostNote | undefined }) => note && isRunning(note.host);
  const living = notes.filter(isLiving).flatMap(({ note }) => note?.children ?? []);
  for (const { file, note } of notes.filter((one) => !isLiving(one))) {
    for (const child of note?.children ?? []) {
      await endStale(child, note?.host, living, parts);
    }
    await Deno.remove(file).catch(() => {});
  }
}

/**
 * Gives what there is of a noted start: everything that bears its mark and is not older, and with it the whole family
 * of the noted process where that can be no other's. A number alone proves nothing: it may have a new owner.
 *
 * @param foreign processes of other hosts, left out with all that is theirs
 */
export function remains(
  rows: readonly ProcessRow[],
  child: NotedChild,
  foreign: readonly ProcessId[],
  markOf: (pid: number) => string | undefined,
): ProcessRow[] {
  const isForeign = (row: ProcessRow) =>
    foreign.some(({ pid }) => row.group === pid || row.session === pid);
  const isOld = (row: ProcessRow) => row.startTime < child.startTime;
  const marked = rows.filter((row) =>
    isAlive(row) && !isOld(row) && !isForeign(row) && markOf(row.pid) === child.mark
  );
  // While a group has members no new process gets its number: with one that is ours all of it is.
  const isOurs = marked.some(({ group, session }) => group === child.pid || session === child.pid);
  return [...new Set([...marked, ...isOurs ? familyOf(rows, child.pid) : []])];
}

interface NoteFile {
  readonly file: string;
  readonly note: HostNote | undefined;
}

async function readNotes({ folder, prefix }: StaleParts): Promise<NoteFile[]> {
  const found: NoteFile[] = [];
  for await (const { name, isFile } of Deno.readDir(folder)) {
    if (!isFile || !name.startsWith(prefix) || !name.endsWith(".json")) continue;
    const file = join(folder, name);
    const text = await Deno.readTextFile(file).catch(() => undefined);
    // One that is gone meanwhile belonged to a host that lives.
    if (text !== undefined) found.push({ file, note: parseNote(text) });
  }
  return found;
}

function isRunning({ pid, startTime }: ProcessId): boolean {
  const row = processRow(pid);
  return isAlive(row) && row?.startTime === startTime;
}

async function endStale(
  child: NotedChild,
  host: ProcessId | undefined,
  foreign: readonly ProcessId[],
  { shutdownMs, clock, report }: StaleParts,
): Promise<void> {
  const look = () => remains(processRows(), child, foreign, birthmarkOf);
  if (look().length === 0) return;
  const facts = { pid: child.pid, ...(host ? { hostPid: host.pid } : {}) };
  report({
    level: "warning",
    name: "backend-stale",
    message: `Ends backend ${child.pid}, which a host that is no more has left behind`,
    facts,
  });
  for (const [signal, limitMs] of [["SIGTERM", shutdownMs], ["SIGKILL", CLEAR_MS]] as const) {
    for (const { pid } of look()) sendSignal(pid, signal);
    for (const end = clock.now() + limitMs; clock.now() < end; await clock.sleep(LOOK_MS)) {
      if (look().length === 0) return;
    }
  }
  report({
    level: "error",
    name: "backend-left-behind",
    message: `Backend ${child.pid} of an earlier host was killed and is still there: ` +
      `the system does not let it go`,
    facts,
  });
}
