/** A process by what no other process of this machine ever has. */
export interface ProcessId {
  readonly pid: number;
  /** Clock ticks since boot. */
  readonly startTime: number;
}

/** A backend process, as a later host can recognise it. */
export interface NotedChild extends ProcessId {
  /** See {@linkcode birthmark}. */
  readonly mark: string;
}

/** What a host has written down of itself. */
export interface HostNote {
  readonly host: ProcessId;
  readonly children: readonly NotedChild[];
}

/** Reads what {@linkcode ChildNotes} has written; nothing where it is anything else. */
export function parseNote(text: string): HostNote | undefined {
  try {
    const { host, children } = JSON.parse(text);
    const isGood = isProcessId(host) && Array.isArray(children) &&
      children.every((one) => isProcessId(one) && one.pid > 1 && "mark" in one && isText(one.mark));
    return isGood ? { host, children } : undefined;
  } catch {
    return undefined;
  }
}

/** Never 0 or a negative number: to whoever signals them these stand for many processes. */
function isProcessId(value: unknown): value is ProcessId {
  const { pid, startTime } = Object(value);
  return Number.isSafeInteger(pid) && pid > 0 && Number.isSafeInteger(startTime) && startTime >= 0;
}

const isText = (value: unknown) => typeof value === "string";

/** Keeps a file in which the living processes of a host stand. Without one there is no file. */
export class ChildNotes {
  readonly #path: string;
  readonly #host: ProcessId;
  readonly #children = new Map<number, NotedChild>();

  constructor(path: string, host: ProcessId) {
    this.#path = path;
    this.#host = host;
  }

  /** Synchronous: between a start and its note the host must not be ended. @throws the system's error */
  add(child: NotedChild): void {
    this.#children.set(child.pid, child);
    this.#write();
  }

  /** @throws the system's error */
  remove(pid: number): void {
    if (this.#children.delete(pid)) this.#write();
  }

  #write(): void {
    if (this.#children.size === 0) return Deno.removeSync(this.#path);
    const note: HostNote = { host: this.#host, children: [...this.#children.values()] };
    // Nobody shall ever read half of it.
    const next = `${this.#path}.new`;
    Deno.writeTextFileSync(next, JSON.stringify(note), { mode: 0o600 });
    Deno.renameSync(next, this.#path);
  }
}
