import { StartFault } from "../../src/backend/process/failure.ts";
import type { Launch } from "../../src/backend/launch/launch.ts";
import { planOf } from "../../src/backend/application/plan.ts";
import type { GenerationParts, SupervisorParts } from "../../src/backend/application/supervisor.ts";
import type { AppConfig, AspNetCoreConfig } from "../../src/config/app_config.ts";
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
  /** The children of which anything lives. */
  living(): FakeChild[];
  /** Gives a configuration that differs from the first one in this. */
  config(aspNetCore: Partial<AspNetCoreConfig>): AppConfig;
  /** How the next attempts go: the program is missing, or the child starts as it is told here. */
  isMissing: boolean;
  onSpawn: (child: FakeChild, launch: Launch) => void;
  /** What the shutdown request is answered with; `never` leaves it unanswered. */
  answer: number | undefined | "never";
  /** Called when the shutdown request arrives; the child exits unless a test says otherwise. */
  onAsked: (child: FakeChild) => void;
  /** How often somebody was asked to see whether app_offline.htm is still there. */
  looks: number;
}

/** What a {@linkcode FakeWorld} is made from. */
export interface FakeWorldOptions {
  /** Of the first configuration. @default startupTimeLimit 5 s, shutdownTimeLimit 10 s */
  readonly aspNetCore?: Partial<AspNetCoreConfig>;
  readonly preload?: boolean;
}

/** Makes a {@linkcode FakeWorld}. */
export function fakeWorld({ aspNetCore, preload }: FakeWorldOptions = {}): FakeWorld {
  const clock = new FakeClock();
  const log = eventLog();
  const children: FakeChild[] = [];
  const byPort = new Map<number, FakeChild>();
  let ports = 20_000;
  const child = () => {
    const newest = children.at(-1);
    if (newest === undefined) throw new Error("No child was started");
    return newest;
  };
  const first = { startupTimeLimitMs: 5000, shutdownTimeLimitMs: 10_000, ...aspNetCore };
  const config = (change: Partial<AspNetCoreConfig>) =>
    appConfig("/srv/app", { ...first, ...change });
  const partsOf = ({ aspNetCore }: AppConfig): GenerationParts => ({
    root: "/srv/app",
    aspNetCore,
    clock,
    report: log.report,
    probe: (port) => Promise.resolve((byPort.get(port) ?? child()).portOwner !== "nobody"),
    requestShutdown({ port }, signal) {
      world.onAsked(byPort.get(port) ?? child());
      if (world.answer !== "never") return Promise.resolve(world.answer);
      return new Promise((_, reject) =>
        signal.addEventListener("abort", () => reject(signal.reason), { once: true })
      );
    },
    newToken: () => crypto.randomUUID(),
    prepare(token) {
      const isMissing = world.isMissing || aspNetCore.processPath === "missing";
      if (isMissing) return Promise.reject(new StartFault("start-no-program", "Missing"));
      return Promise.resolve(fakeLaunch(aspNetCore.processPath, token, ++ports));
    },
    spawn(launch) {
      const made = new FakeChild();
      children.push(made);
      byPort.set(launch.port, made);
      world.onSpawn(made, launch);
      return made;
    },
  });
  const world: FakeWorld = {
    clock,
    log,
    children,
    child,
    living: () => children.filter(({ lives }) => lives),
    config,
    isMissing: false,
    onSpawn: () => {},
    answer: 202,
    onAsked: (asked) => asked.exit(0),
    looks: 0,
    parts: {
      config: config({}),
      clock,
      report: log.report,
      random: () => 0.5,
      lookAgain: () => world.looks++,
      planOf: (config, revision) => planOf(config, revision, { hostEnvironment: {}, preload }),
      partsOf,
    },
  };
  return world;
}

/** Has every child listen as soon as it runs. */
export function alwaysReady(world: FakeWorld): FakeWorld {
  world.onSpawn = (child) => child.portOwner = "own";
  return world;
}

function fakeLaunch(path: string, token: string, port: number): Launch {
  return { path, args: [], folder: "/srv/app", environment: {}, port, token, notes: [] };
}
