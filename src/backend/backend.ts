import type { AppConfig } from "../config/app_config.ts";
import type { Clock } from "../contract/clock.ts";
import type { Target } from "../contract/directory.ts";
import type { Report } from "../contract/event.ts";
import { createCustody } from "./custody/_custody.ts";
import { platformOf } from "./custody/_platform.ts";
import { spawnAdvice } from "./process/_spawn_advice.ts";
import { type Child, type ChildParts, type OutputLine, spawnChild } from "./process/child.ts";
import { pairingToken } from "./launch/environment.ts";
import type { Backend } from "./face.ts";
import { StartFault } from "./process/failure.ts";
import { type Launch, prepareLaunch } from "./launch/launch.ts";
import { planEvent, planOf, type PlanOptions } from "./application/plan.ts";
import type { Probe } from "./process/readiness.ts";
import { shadowCopies } from "./shadow_copy/shadow_copy.ts";
import { isOutputTaken, stdoutLogs } from "./stdout_log/stdout_log.ts";
import { supervise } from "./application/supervisor.ts";

/** Options of {@linkcode createBackend}. */
export interface BackendOptions extends PlanOptions {
  /** What it begins with; a recycle may bring another. */
  readonly config: AppConfig;
  /** What a client's URL begins with: `/`, or `/sub` without a slash at its end. */
  readonly pathBase: string;
  /** The one port of the https listeners; absent where there is none, or several. */
  readonly httpsPort?: number | undefined;
  /** `ASPNETCORE_ENVIRONMENT` for the child where it is not set already. */
  readonly environmentName?: string | undefined;
  readonly clock: Clock;
  readonly report: Report;
  /** Takes each line the child writes, safe to show. Never throws. */
  readonly output: (line: OutputLine) => void;
  readonly probe: Probe;
  /** Sends the shutdown request and gives the status of the answer, nothing where none came. @see ANCM O-20 */
  readonly requestShutdown: (target: Target, signal: AbortSignal) => Promise<number | undefined>;
  /** Readies a process that listens for its first request; never rejects. @see IIS M-AI-1 @default nothing */
  readonly warmUp?: (config: AppConfig, target: Target, signal: AbortSignal) => Promise<void>;
  /**
   * Called before each start, once what ran before is gone.
   * @throws {StartFault} where it makes no sense to start
   * @default nothing
   */
  readonly beforeStart?: (() => Promise<void>) | undefined;
  /** Called when a request comes while the application is offline; may be called often. @default nothing */
  readonly lookAgain?: () => void;
}

/** Makes the backend of an application. Nothing is started before the directory's `want()`. */
export function createBackend(options: BackendOptions): Backend {
  const { config, clock, report, output, probe, requestShutdown, hostEnvironment } = options;
  const platform = platformOf(Deno.build.os);
  const custody = createCustody({
    platform,
    root: config.root,
    hostEnvironment,
    shutdownMs: config.aspNetCore.shutdownTimeLimitMs,
    clock,
    report,
  });
  const tell = onceEach(report);
  const made = { isWindows: platform.isWindows, clock, report };
  const openLog = stdoutLogs({ ...made, hostPid: Deno.pid });
  const joinCopy = shadowCopies(made);
  return supervise({
    config,
    clock,
    report,
    random: Math.random,
    lookAgain: options.lookAgain ?? (() => {}),
    planOf: (config, revision) => {
      const event = planEvent(config, options);
      if (event) tell(event);
      return planOf(config, revision, options);
    },
    partsOf: (config, generation) => {
      const log = openLog(config);
      const copy = joinCopy(config, generation);
      return {
        root: config.root,
        aspNetCore: config.aspNetCore,
        clock,
        report,
        probe,
        requestShutdown,
        warmUp: (target, signal) => options.warmUp?.(config, target, signal),
        newToken: () => pairingToken(config, hostEnvironment),
        prepare: async (token) => {
          await custody.clear();
          await options.beforeStart?.();
          const copied = { ...config, root: await copy.folder() };
          const launch = await prepareLaunch({ ...options, config: copied, platform }, token);
          for (const message of launch.notes) {
            tell({ level: "info", name: "backend-command", message });
          }
          return launch;
        },
        spawn: (launch) =>
          spawnOrFault(launch, {
            platform,
            clock,
            custody,
            readsOutput: isOutputTaken(config.aspNetCore),
            output: (line) => {
              log?.take(line);
              output(line);
            },
          }),
        ended: async () => {
          await Promise.all([log?.[Symbol.asyncDispose](), copy[Symbol.asyncDispose]()]);
        },
      };
    },
  });
}

/** Reports what has not been said before in the same words. */
function onceEach(report: Report): Report {
  const told = new Set<string>();
  return (event) => {
    if (!told.has(event.message)) report(event);
    told.add(event.message);
  };
}

/** @throws {StartFault} start-no-program in the words of whoever has to mend it */
function spawnOrFault(launch: Launch, parts: ChildParts): Child {
  try {
    return spawnChild(launch, parts);
  } catch (error) {
    throw new StartFault("start-no-program", `Cannot run "${launch.path}": ${spawnAdvice(error)}`);
  }
}
