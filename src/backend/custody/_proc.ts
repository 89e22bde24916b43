/** Reads Linux's `/proc`. The parsers are pure; everything here is synchronous, because a kill must be. */

/** One line about a process. */
export interface ProcessRow {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly session: number;
  /** `Z` and `X` are dead, only not yet waited for. */
  readonly state: string;
  /** Clock ticks since boot: with the pid it names one process for ever. */
  readonly startTime: number;
}

/** One listening socket. */
export interface ListenRow {
  /** As people write it, without brackets. */
  readonly address: string;
  readonly port: number;
  readonly inode: string;
}

/** Reads `/proc/PID/stat`. The name of the program, in brackets, may itself hold brackets and spaces. */
export function parseStat(text: string): ProcessRow | undefined {
  const pid = Number.parseInt(text, 10);
  const rest = text.slice(text.lastIndexOf(")") + 2).split(" ");
  const [state, parent, group, session] = rest;
  if (Number.isNaN(pid) || state === undefined || session === undefined) return undefined;
  return {
    pid,
    parent: Number(parent),
    group: Number(group),
    session: Number(session),
    state,
    startTime: Number(rest[19]),
  };
}

/** Tells whether a process lives; one that only waits to be waited for does not. */
export function isAlive(row: ProcessRow | undefined): boolean {
  return row !== undefined && row.state !== "Z" && row.state !== "X";
}

/** Gives the living processes of the leader's group and session, and their descendants wherever those are. */
export function familyOf(rows: readonly ProcessRow[], leader: number): ProcessRow[] {
  const found = new Set<number>();
  for (const row of rows) {
    if (row.pid === leader || row.group === leader || row.session === leader) found.add(row.pid);
  }
  for (let before = -1; before !== found.size;) {
    before = found.size;
    for (const row of rows) if (found.has(row.parent)) found.add(row.pid);
  }
  return rows.filter((row) => found.has(row.pid) && isAlive(row));
}

/** Reads `/proc/net/tcp` or `/proc/net/tcp6`: the sockets in state LISTEN. */
export function parseListeners(text: string): ListenRow[] {
  const rows: ListenRow[] = [];
  for (const line of text.split("\n")) {
    // Most lines of a busy host are connections: they are not taken apart.
    if (!line.includes(" 0A ")) continue;
    const [, local, , state, , , , , , inode] = line.trim().split(/\s+/);
    if (state !== "0A" || local === undefined || inode === undefined) continue;
    const [address = "", port = ""] = local.split(":");
    rows.push({ address: addressText(address), port: Number.parseInt(port, 16), inode });
  }
  return rows;
}

/** The kernel prints addresses as 32-bit words in the machine's order: little endian wherever Deno runs. */
function addressText(hex: string): string {
  const bytes = (hex.match(/.{8}/g) ?? []).flatMap((word) =>
    (word.match(/../g) ?? []).map((byte) => Number.parseInt(byte, 16)).reverse()
  );
  if (bytes.length === 4) return bytes.join(".");
  const mapped = bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 0xff;
  if (mapped) return bytes.slice(12).join(".");
  return shortened(bytes);
}

/** The longest run of zeros becomes `::`. @see RFC 5952 §4.2 */
function shortened(bytes: readonly number[]): string {
  const groups: string[] = [];
  for (let i = 0; i < bytes.length; i += 2) {
    groups.push((((bytes[i] ?? 0) << 8) | (bytes[i + 1] ?? 0)).toString(16));
  }
  const text = groups.join(":");
  const runs = [...text.matchAll(/\b0(:0)+\b/g)].sort((a, b) => b[0].length - a[0].length);
  const run = runs[0];
  if (run === undefined) return text;
  const before = text.slice(0, run.index).replace(/:$/, "");
  const after = text.slice(run.index + run[0].length).replace(/^:/, "");
  return `${before}::${after}`;
}

/** Gives every process there is. */
export function processRows(): ProcessRow[] {
  const rows: ProcessRow[] = [];
  for (const { name } of Deno.readDirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const row = processRow(Number(name));
    if (row !== undefined) rows.push(row);
  }
  return rows;
}

/** Gives one process, or nothing once it is gone. */
export function processRow(pid: number): ProcessRow | undefined {
  const text = readOrNothing(`/proc/${pid}/stat`);
  return text === undefined ? undefined : parseStat(text);
}

/** Ticks a second of the times in `/proc`, on every Linux that Deno runs on. */
const TICKS = 100;

/** Gives the processor time that a process has used, seconds; nothing once it is gone. */
export function processTime(pid: number): number | undefined {
  const text = readOrNothing(`/proc/${pid}/stat`);
  if (text === undefined) return undefined;
  const rest = text.slice(text.lastIndexOf(")") + 2).split(" ");
  const seconds = (Number(rest[11]) + Number(rest[12])) / TICKS;
  return Number.isNaN(seconds) ? undefined : seconds;
}

/** Gives what a process was started with, each as `NAME=value`; nothing where that may not be read. */
export function environmentOf(pid: number): string[] {
  const text = readOrNothing(`/proc/${pid}/environ`) ?? "";
  return text.split("\0");
}

/** Gives the name that a process goes by: whatever it chose. */
export function programName(pid: number): string {
  return readOrNothing(`/proc/${pid}/comm`)?.trim() ?? "";
}

/** Tells whether `/proc` is there: a chroot may lack it. */
export function hasProc(): boolean {
  return readOrNothing("/proc/self/stat") !== undefined;
}

/** Gives every TCP socket that is listened on in this network namespace. */
export function listenRows(): ListenRow[] {
  return ["/proc/net/tcp", "/proc/net/tcp6"]
    .flatMap((file) => parseListeners(readOrNothing(file) ?? ""));
}

/** Gives the inodes of a process's sockets; nothing where they may not be read. */
export function socketInodes(pid: number): Set<string> | undefined {
  const inodes = new Set<string>();
  try {
    for (const { name } of Deno.readDirSync(`/proc/${pid}/fd`)) {
      const inode = socketInode(`/proc/${pid}/fd/${name}`);
      if (inode !== undefined) inodes.add(inode);
    }
  } catch (error) {
    return error instanceof Deno.errors.PermissionDenied || !isAbsence(error) ? undefined : inodes;
  }
  return inodes;
}

function socketInode(link: string): string | undefined {
  try {
    return /^socket:\[(\d+)\]$/.exec(Deno.readLinkSync(link))?.[1];
  } catch {
    return undefined; // closed since the folder was read
  }
}

/** Gives the first port of the range that outgoing connections take theirs from. */
export function ephemeralFrom(): number | undefined {
  const range = readOrNothing("/proc/sys/net/ipv4/ip_local_port_range") ?? "";
  const first = Number.parseInt(range, 10);
  return Number.isNaN(first) ? undefined : first;
}

function readOrNothing(file: string): string | undefined {
  try {
    return Deno.readTextFileSync(file);
  } catch (error) {
    if (isAbsence(error)) return undefined;
    throw error; // such as too many open files: to take it for an absence would leave processes behind
  }
}

/** A process that ends while it is read gives ESRCH. */
function isAbsence(error: unknown): boolean {
  return error instanceof Deno.errors.NotFound || error instanceof Deno.errors.PermissionDenied ||
    (error instanceof Error && error.message.includes("os error 3)"));
}
