import type { AppConfig } from "../config/app_config.ts";
import type { Clock } from "../contract/clock.ts";
import type { Target } from "../contract/directory.ts";
import type { Report } from "../contract/event.ts";
import { type Platform, platformOf } from "./_platform.ts";
import { spawnAdvice } from "./_spawn_advice.ts";
import { type Child, type OutputLine, spawnChild } from "./child.ts";
import { pairingToken, type Variables } from "./environment.ts";
import { StartFault } from "./failure.ts";
import { type Launch, prepareLaunch } from "./launch.ts";
import type { Probe } from "./readiness.ts";
import { type Backend, supervise } from "./supervisor.ts";

/** Options of {@linkcode createBackend}. */
export interface BackendOptions {
  readonly config: AppConfig;
  /** What a client's URL begins with: `/`, or `/sub` without a slash at its end. */
  readonly pathBase: string;
  /** The one port of the https listeners; absent where there is none, or several. */
  readonly httpsPort?: number | undefined;
  /** `ASPNETCORE_ENVIRONMENT` for the child where it is not set already. */
  readonly environmentName?: string | undefined;
  /** The host's own variables, which the child inherits. */
  readonly hostEnvironment: Variables;
  readonly clock: Clock;
  readonly report: Report;
  /** Takes each line the child writes, safe to show. Never throws. */
  readonly output: (line: OutputLine) => void;
  readonly probe: Probe;
  /** Sends the shutdown request and gives the status of the answer, nothing where none came. @see ANCM O-20 */
  readonly requestShutdown: (target: Target, signal: AbortSignal) => Promise<number | undefined>;
}

/** Makes the backend of an application. Nothing is started before the directory's `want()`. */
export function createBackend(options: BackendOptions): Backend {
  const { config, clock, report, output, probe, requestShutdown, hostEnvironment } = options;
  const platform = platformOf(Deno.build.os);
  const told = new Set<string>();
  reportUnsupported(options);
  return supervise({
    root: config.root,
    aspNetCore: config.aspNetCore,
    clock,
    report,
    probe,
    requestShutdown,
    newToken: () => pairingToken(config, hostEnvironment),
    prepare: async (token) => {
      const launch = await prepareLaunch({ ...options, platform }, token);
      for (const note of launch.notes) {
        if (!told.has(note)) report({ level: "info", name: "backend-command", message: note });
        told.add(note);
      }
      return launch;
    },
    spawn: (launch) => spawnOrFault(launch, { platform, clock, output }),
  });
}

function reportUnsupported({ config, report }: BackendOptions): void {
  const { processesPerApplication: wanted } = config.aspNetCore;
  if (wanted === 1) return;
  report({
    level: "warning",
    name: "backend-one-process",
    message: `Runs one backend process: processesPerApplication="${wanted}" has no effect yet`,
  });
}

/** @throws {StartFault} start-no-program in the words of whoever has to mend it */
function spawnOrFault(
  launch: Launch,
  parts: { platform: Platform; clock: Clock; output: (line: OutputLine) => void },
): Child {
  try {
    return spawnChild(launch, parts);
  } catch (error) {
    throw new StartFault("start-no-program", `Cannot run "${launch.path}": ${spawnAdvice(error)}`);
  }
}
