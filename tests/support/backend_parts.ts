import { StartFault } from "../../src/backend/failure.ts";
import type { Launch } from "../../src/backend/launch.ts";
import type { SupervisorParts } from "../../src/backend/supervisor.ts";
import { appConfig } from "./app_config.ts";
import { type EventLog, eventLog } from "./events.ts";
import { FakeChild } from "./fake_child.ts";
import { FakeClock } from "./fake_clock.ts";

/** A world in which no process is real and no time passes by itself. */
export interface FakeWorld {
  readonly parts: SupervisorParts;
  readonly clock: FakeClock;
  readonly log: EventLog;
  /** Every child that was ever started, oldest first. */
  readonly children: FakeChild[];
  /** The newest child. */
  child(): FakeChild;
  /** How the next attempts go: the program is missing, or the child starts as it is told here. */
  isMissing: boolean;
  onSpawn: (child: FakeChild) => void;
  /** What the shutdown request is answered with; `never` leaves it unanswered. */
  answer: number | undefined | "never";
  /** Called when the shutdown request arrives; the child exits unless a test says otherwise. */
  onAsked: (child: FakeChild) => void;
}

/** Makes a {@linkcode FakeWorld} with a `startupTimeLimit` of 5 s and a `shutdownTimeLimit` of 10 s. */
export function fakeWorld(limits: { startMs?: number; shutdownMs?: number } = {}): FakeWorld {
  const clock = new FakeClock();
  const log = eventLog();
  const children: FakeChild[] = [];
  let ports = 20_000;
  const child = () => {
    const newest = children.at(-1);
    if (newest === undefined) throw new Error("No child was started");
    return newest;
  };
  const { aspNetCore } = appConfig("/srv/app", {
    startupTimeLimitMs: limits.startMs ?? 5000,
    shutdownTimeLimitMs: limits.shutdownMs ?? 10_000,
  });
  const world: FakeWorld = {
    clock,
    log,
    children,
    child,
    isMissing: false,
    onSpawn: () => {},
    answer: 202,
    onAsked: (asked) => asked.exit(0),
    parts: {
      root: "/srv/app",
      aspNetCore,
      clock,
      report: log.report,
      probe: () => Promise.resolve(child().portOwner !== "nobody"),
      requestShutdown(_target, signal) {
        world.onAsked(child());
        if (world.answer !== "never") return Promise.resolve(world.answer);
        return new Promise((_, reject) =>
          signal.addEventListener("abort", () => reject(signal.reason), { once: true })
        );
      },
      newToken: () => crypto.randomUUID(),
      prepare(token) {
        if (world.isMissing) return Promise.reject(new StartFault("start-no-program", "Missing"));
        return Promise.resolve(fakeLaunch(token, ++ports));
      },
      spawn() {
        const made = new FakeChild();
        children.push(made);
        world.onSpawn(made);
        return made;
      },
    },
  };
  return world;
}

function fakeLaunch(token: string, port: number): Launch {
  return { path: "/bin/x", args: [], folder: "/srv/app", environment: {}, port, token, notes: [] };
}
