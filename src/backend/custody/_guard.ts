import type { Clock } from "../../contract/clock.ts";
import type { Report } from "../../contract/event.ts";

/** Ends process groups when this process is no more, however it came to its end. */
export interface Guard {
  /** Takes a group into its care. */
  add(group: number): void;
  /**
   * Lets a group go of which nothing lives: its number may soon be somebody else's.
   * Resolves when the guard knows; with the last group, when the guard itself has ended, or soon after.
   */
  release(group: number): Promise<void>;
}

/** What {@linkcode shellGuard} needs of the world. */
export interface GuardParts {
  readonly clock: Clock;
  readonly report: Report;
  /** Runs the script, which takes groups as arguments too. @default by `/bin/sh`. @throws where there is none */
  readonly start?: (groups: readonly number[]) => GuardShell;
}

/** The running script. */
export interface GuardShell {
  /** Resolves when it has ended. Never rejects. */
  readonly ended: Promise<void>;
  /** Writes a line. Never throws: what cannot be written was written to a dead one. */
  tell(line: string): void;
  /** Lets its input end, so that it kills what is left in its list, and ends. */
  close(): void;
}

/**
 * Takes groups as arguments, so that those are guarded from its first moment, and reads lines of `add GROUP` and
 * `del GROUP`. Its input ends when nobody can write any more, that is with the host:
 * then it kills what is left. A shell's `kill` wants the number without `--` before it.
 */
const GUARD_SCRIPT = `trap '' HUP INT QUIT TERM
all=" $* "
while read -r verb group; do
  case $verb in
  add) all="$all$group " ;;
  del)
    left=' '
    for one in $all; do
      if [ "$one" != "$group" ]; then left="$left$one "; fi
    done
    all=$left
    ;;
  esac
done
for one in $all; do kill -9 "-$one"; done
`;

/** A guard that lived shorter was not killed by chance: it cannot live here. */
const SHORT_LIFE_MS = 1000;
const SHORT_LIVES = 3;
/** How long an end may take that is waited for. */
const END_MS = 1000;

/**
 * Makes the guard of a host: a shell in a session of its own, which no signal to the host's group reaches, and which
 * holds nothing of the host but the reading end of a pipe. It lives as long as there is a group to guard, and is started again if it dies before.
 */
export function shellGuard(parts: GuardParts): Guard {
  return new ShellGuard(parts);
}

class ShellGuard implements Guard {
  readonly #parts: GuardParts;
  readonly #groups = new Set<number>();
  #shell: GuardShell | undefined;
  #shortLives = 0;
  #hasWarned = false;

  constructor(parts: GuardParts) {
    this.#parts = parts;
  }

  add(group: number): void {
    this.#groups.add(group);
    if (this.#shell) this.#shell.tell(`add ${group}`);
    else this.#start();
  }

  async release(group: number): Promise<void> {
    if (!this.#groups.delete(group)) return;
    const shell = this.#shell;
    shell?.tell(`del ${group}`);
    if (this.#groups.size > 0 || !shell) return;
    this.#shell = undefined;
    shell.close();
    const waited = new AbortController();
    const late = this.#parts.clock.sleep(END_MS, waited.signal).catch(() => {});
    await Promise.race([shell.ended, late]);
    waited.abort();
  }

  #start(): void {
    const { clock, start = startShell } = this.#parts;
    const began = clock.now();
    let shell: GuardShell;
    try {
      shell = start([...this.#groups]);
    } catch {
      return this.#warn("there is no /bin/sh that can be run");
    }
    this.#shell = shell;
    shell.ended.then(() => this.#ended(shell, clock.now() - began));
  }

  #ended(shell: GuardShell, livedMs: number): void {
    if (this.#shell !== shell) return;
    this.#shell = undefined;
    this.#shortLives = livedMs < SHORT_LIFE_MS ? this.#shortLives + 1 : 0;
    if (this.#shortLives < SHORT_LIVES) return this.#start();
    this.#shortLives = 0;
    this.#warn("/bin/sh ends as soon as it is started");
  }

  #warn(reason: string): void {
    if (this.#hasWarned) return;
    this.#hasWarned = true;
    this.#parts.report({
      level: "warning",
      name: "backend-unguarded",
      message: `The backend would outlive a host that is killed by SIGKILL: ${reason}. ` +
        `Install a shell, or let something like systemd or a container end what the host leaves behind`,
    });
  }
}

function startShell(groups: readonly number[]): GuardShell {
  const shell = new Deno.Command("/bin/sh", {
    args: ["-c", GUARD_SCRIPT, "ancm-host-guard", ...groups.map(String)],
    cwd: "/",
    clearEnv: true,
    stdin: "piped",
    stdout: "null",
    stderr: "null",
    detached: true,
  }).spawn();
  shell.unref();
  const writer = shell.stdin.getWriter();
  const encoder = new TextEncoder();
  return {
    ended: shell.status.then(() => {}, () => {}),
    tell: (line) => void writer.write(encoder.encode(`${line}\n`)).catch(() => {}),
    close: () => void writer.close().catch(() => {}),
  };
}
