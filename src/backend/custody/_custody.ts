import { join } from "node:path";
import type { Clock } from "../../contract/clock.ts";
import type { Report } from "../../contract/event.ts";
import { runtimeName } from "../../contract/runtime_folder.ts";
import { birthmark } from "./_birthmark.ts";
import { ChildNotes } from "./_child_notes.ts";
import { type Guard, shellGuard } from "./_guard.ts";
import type { Platform } from "./_platform.ts";
import { processRow } from "./_proc.ts";
import { endStaleChildren } from "./_stale_children.ts";
import { reapZombies } from "./_zombies.ts";
import type { Variables } from "../launch/environment.ts";
import { makeRuntimeFolder } from "./runtime_folder.ts";

/** Sees to it that no process outlives the host for long, whatever becomes of the host. */
export interface Custody {
  /** Ends what earlier hosts of the application have left behind. Once is enough; never rejects. */
  clear(): Promise<void>;
  /** Takes a process in that has just been started. */
  take(child: TakenChild): void;
  /** Lets it go once nothing of its group lives. Never rejects. */
  release(pid: number): Promise<void>;
}

/** A process that was started, and leads a group of its own. */
export interface TakenChild {
  readonly pid: number;
  /** What it was started with. */
  readonly environment: Variables;
  /** Resolves when its end was waited for. */
  readonly exited: Promise<unknown>;
}

/** What {@linkcode createCustody} needs to know. */
export interface CustodyParts {
  readonly platform: Platform;
  /** Real path of the application folder. */
  readonly root: string;
  /** The host's own variables. */
  readonly hostEnvironment: Variables;
  /** How long processes may take to end by themselves. */
  readonly shutdownMs: number;
  readonly clock: Clock;
  readonly report: Report;
}

/** Several backends of one host keep several notes. */
let custodies = 0;

/** Makes the {@linkcode Custody} of one application. Nothing is started or written before it has a process. */
export function createCustody(parts: CustodyParts): Custody {
  return new HostCustody(parts);
}

class HostCustody implements Custody {
  readonly #parts: CustodyParts;
  readonly #guard: Guard | undefined;
  readonly #number = ++custodies;
  /** Processes whose end the runtime waits for. */
  readonly #own = new Set<number>();
  #cleared: Promise<void> | undefined;
  #notes: ChildNotes | undefined;
  #isReaping = false;

  constructor(parts: CustodyParts) {
    this.#parts = parts;
    // With process 1 the system itself ends all others of the namespace.
    const needsGuard = !parts.platform.isWindows && Deno.pid !== 1;
    this.#guard = needsGuard ? shellGuard(parts) : undefined;
  }

  clear(): Promise<void> {
    return this.#cleared ??= this.#clear().catch((error) => this.#without(error));
  }

  take({ pid, environment, exited }: TakenChild): void {
    this.#own.add(pid);
    exited.then(() => this.#own.delete(pid));
    const startTime = this.#notes && processRow(pid)?.startTime;
    const mark = birthmark(environment);
    if (startTime !== undefined && mark !== undefined) {
      this.#note((notes) => notes.add({ pid, startTime, mark }));
    }
    this.#guard?.add(pid);
    this.#reap();
  }

  async release(pid: number): Promise<void> {
    this.#note((notes) => notes.remove(pid));
    await this.#guard?.release(pid);
  }

  async #clear(): Promise<void> {
    const { platform, root, hostEnvironment } = this.#parts;
    if (!platform.showsProcesses) return;
    const folder = await makeRuntimeFolder(hostEnvironment);
    if (folder === undefined) throw new Error("No folder");
    const prefix = `${await runtimeName(root)}-`;
    await endStaleChildren({ ...this.#parts, folder, prefix });
    const startTime = processRow(Deno.pid)?.startTime ?? 0;
    const path = join(folder, `${prefix}${Deno.pid}-${this.#number}.json`);
    this.#notes = new ChildNotes(path, { pid: Deno.pid, startTime });
  }

  /** What cannot be noted is still guarded. */
  #note(write: (notes: ChildNotes) => void): void {
    try {
      if (this.#notes) write(this.#notes);
    } catch (error) {
      this.#without(error);
    }
  }

  #without(error: unknown): void {
    this.#notes = undefined;
    this.#parts.report({
      level: "debug",
      name: "backend-unnoted",
      message: "A later host could not recognise backends that this one leaves behind: " +
        "nothing can be written below XDG_RUNTIME_DIR or the temporary folder",
      facts: { error: error instanceof Error ? error.name : "unknown" },
    });
  }

  #reap(): void {
    if (Deno.pid !== 1 || !this.#parts.platform.showsProcesses || this.#isReaping) return;
    this.#isReaping = true;
    reapZombies({ ...this.#parts, isOwn: (pid) => this.#own.has(pid) });
  }
}
