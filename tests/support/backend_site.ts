import { fileURLToPath } from "node:url";
import { type Backend, type BackendOptions, createBackend } from "../../src/backend/mod.ts";
import type { AppConfig, AspNetCoreConfig } from "../../src/config/app_config.ts";
import { systemClock } from "../../src/contract/clock.ts";
import { probe } from "../../src/gateway/probe.ts";
import { requestShutdown } from "../../src/gateway/shutdown_request.ts";
import { appConfig } from "./app_config.ts";
import { type EventLog, eventLog } from "./events.ts";

/** A backend of a temporary app folder, with everything it reported and printed. */
export interface BackendSite extends AsyncDisposable {
  readonly root: string;
  readonly backend: Backend;
  /** What the backend began with. */
  readonly config: AppConfig;
  readonly log: EventLog;
  /** Every line of output, oldest first. */
  readonly lines: { readonly pid: number; readonly stream: string; readonly text: string }[];
  /** The processes that were started, as far as the log knows. */
  pids(): number[];
}

/** The arguments that run `backend_app.ts`. */
export const APP_ARGUMENTS = `run -A --quiet --no-config --no-lock "${
  fileURLToPath(new URL("./backend_app.ts", import.meta.url))
}"`;

/**
 * Makes a backend that runs `backend_app.ts` with these variables in its web.config.
 * Disposing it kills what is left and removes the folder.
 */
export async function backendSite(
  variables: Record<string, string> = {},
  aspNetCore: Partial<AspNetCoreConfig> = {},
  options: Partial<BackendOptions> = {},
): Promise<BackendSite> {
  const root = await Deno.realPath(await Deno.makeTempDir());
  const log = eventLog();
  const lines: BackendSite["lines"] = [];
  const config = appConfig(root, {
    processPath: Deno.execPath(),
    arguments: APP_ARGUMENTS,
    environmentVariables: Object.entries(variables).map(([name, value]) => ({ name, value })),
    startupTimeLimitMs: 20_000,
    ...aspNetCore,
  });
  const backend = createBackend({
    config,
    pathBase: "/",
    hostEnvironment: Deno.env.toObject(),
    clock: systemClock,
    report: log.report,
    output: (line) => lines.push(line),
    probe,
    requestShutdown: (target, signal) => requestShutdown("/", target, signal),
    ...options,
  });
  const pids = () => [...new Set(log.events.flatMap(({ facts }) => facts?.pid ?? []))] as number[];
  return {
    root,
    config,
    backend,
    log,
    lines,
    pids,
    async [Symbol.asyncDispose]() {
      backend.kill();
      await backend.stop();
      await Deno.remove(root, { recursive: true });
    },
  };
}
