import { relative } from "node:path";
import {
  type Backend,
  type Build,
  findProject,
  isProjectFile,
  type Project,
  projectBuild,
  sourceFilter,
  StartFault,
  watchSources,
} from "../backend/mod.ts";
import { type AppConfig, readLaunchProfile } from "../config/mod.ts";
import { systemClock } from "../contract/clock.ts";
import type { BackendDirectory } from "../contract/directory.ts";
import type { Report } from "../contract/event.ts";
import type { Handler } from "../contract/module.ts";
import { backendWait, type BackendWaitOptions } from "../gateway/backend_wait.ts";
import { waitingReply } from "../pages/waiting_page.ts";
import { ConfigError, type HostOptions } from "./options.ts";
import type { Serving } from "./serving.ts";
import { withWaitingPage } from "./waiting.ts";

/** How long an application that is developed may take to stop: nobody waits for its last answers. Milliseconds. */
const SHUTDOWN_MS = 2_000;
/** A publish writes its files one after the other. Milliseconds. */
const PUBLISH_SETTLE_MS = 1_000;

/** The parts of a host that has begun to serve. */
export interface DevelopedHost {
  readonly backend: Backend;
  readonly serving: Serving;
}

/** What `--watch` adds to a host. Disposing of it ends building and watching. */
export class Development implements Disposable {
  /** What the host goes on with: variables, addresses and command of the launch profile and the project among it. */
  readonly options: HostOptions;
  readonly #environment: Record<string, string>;
  readonly #args: string;
  readonly #build: Build | undefined;
  #project: Project | undefined;
  #watch: Disposable | undefined;
  #isOver = false;

  constructor(parts: {
    options: HostOptions;
    environment: Record<string, string>;
    args: string;
    project: Project | undefined;
    build: Build | undefined;
  }) {
    this.options = { ...parts.options, environment: parts.environment };
    this.#environment = parts.environment;
    this.#args = parts.args;
    this.#project = parts.project;
    this.#build = parts.build;
  }

  [Symbol.dispose](): void {
    this.#isOver = true;
    this.#build?.[Symbol.dispose]();
    this.#watch?.[Symbol.dispose]();
  }

  /** Builds what is to be started. @throws {StartFault} where that fails */
  async beforeStart(): Promise<void> {
    await this.#build?.ready();
  }

  /** Gives browsers something to look at while they wait. */
  waiting(
    forward: Handler,
    directory: BackendDirectory,
    options: Omit<BackendWaitOptions, "directory" | "clock">,
  ): Handler {
    const clock = systemClock;
    return withWaitingPage(forward, {
      directory,
      clock,
      wait: backendWait({ ...options, directory, clock }),
      page: (x) => {
        const isBuilding = this.#build?.isBusy ?? false;
        const what = `The application is being ${isBuilding ? "built" : "started"}`;
        return waitingReply(x, { what, lines: isBuilding ? this.#build?.tail() ?? [] : [] });
      },
    });
  }

  /** Starts the application, and again whenever its sources change. */
  async follow(host: DevelopedHost): Promise<void> {
    await this.#listen(host);
    host.backend.directory.want();
  }

  async #listen(host: DevelopedHost): Promise<void> {
    const { root, aspNetCore: { processPath } } = host.serving.config;
    const kind = this.#project ? "project" : await hasRuntimeConfig(root) ? "published" : "other";
    const watch = await watchSources({
      folders: this.#project?.folders ?? [root],
      isSource: sourceFilter(kind, [processPath]),
      clock: systemClock,
      changed: (paths) => void this.#restart(paths, host),
      ...(kind === "published" ? { settleMs: PUBLISH_SETTLE_MS } : {}),
    });
    this.#watch?.[Symbol.dispose]();
    if (this.#isOver) watch[Symbol.dispose]();
    else this.#watch = watch;
  }

  async #restart(paths: readonly string[], host: DevelopedHost): Promise<void> {
    const { serving, backend } = host;
    const [first = "", ...others] = paths;
    const more = others.length > 0 ? ` and ${others.length} more` : "";
    const reason = `"${relative(serving.config.root, first)}"${more} changed`;
    this.#build?.outdated();
    const isOther = paths.some(isProjectFile) && await this.#renewProject(host);
    if (this.#isOver) return;
    const { outcome } = await (isOther ? serving.reload(reason) : serving.recycle(reason));
    if (outcome === "idle" && !this.#isOver) backend.directory.want();
  }

  /** Looks at the project anew, and tells whether its program is started otherwise now. */
  async #renewProject(host: DevelopedHost): Promise<boolean> {
    const project = await findProject(host.serving.config.root);
    if (!project || !this.#build) return false;
    this.#project = project;
    await this.#listen(host);
    const before = JSON.stringify(this.#environment);
    try {
      await useLauncher(this.#build, this.#environment, this.#args);
    } catch {
      return false; // the build that follows says why
    }
    return JSON.stringify(this.#environment) !== before;
  }
}

/**
 * Prepares a host for whoever develops the application: launch profile, project, build.
 *
 * @throws {LaunchProfileError} where the profile cannot be had
 * @throws {ConfigError} where the project cannot be understood
 */
export async function develop(asked: HostOptions, report: Report): Promise<Development> {
  const { appDir, environment: inherited = {}, development } = asked;
  const name = development?.launchProfile;
  const profile = await readLaunchProfile({ appDir, name, environment: inherited });
  const environment = { ...inherited, ...profile?.environmentVariables };
  if (profile) tellProfile(profile.name, report);
  const root = await Deno.realPath(appDir).catch(() => appDir);
  const hasLauncher = Boolean(environment.ANCM_LAUNCHER_PATH);
  const project = hasLauncher ? undefined : await findProject(root);
  using undo = new DisposableStack();
  const build = project &&
    undo.use(projectBuild({ file: project.file, environment, clock: systemClock, report }));
  const args = profile?.commandLineArgs ?? "";
  if (build && project) {
    await useLauncher(build, environment, args).catch((error) => refuse(error, project.file));
  }
  const named = environment.ASPNETCORE_ENVIRONMENT ?? environment.DOTNET_ENVIRONMENT;
  const options: HostOptions = {
    ...asked,
    listen: asked.listen?.length ? asked.listen : profile?.urls ?? [],
    ...(asked.environmentName === undefined && named === undefined
      ? { environmentName: "Development" }
      : {}),
  };
  undo.move();
  return new Development({ options, environment, args, project, build });
}

/** Gives the configuration as it serves somebody who saves a file every minute. */
export function developedConfig(config: AppConfig): AppConfig {
  const { aspNetCore } = config;
  return {
    ...config,
    aspNetCore: {
      ...aspNetCore,
      // A build writes where the program lies that runs: it has to be gone.
      handlerSettings: [{ name: "recycle", value: "stop-first" }, ...aspNetCore.handlerSettings],
      rapidFailsPerMinute: Number.MAX_SAFE_INTEGER,
      shutdownTimeLimitMs: Math.min(aspNetCore.shutdownTimeLimitMs, SHUTDOWN_MS),
    },
  };
}

/** What the module's own tools say with these variables. @see ANCM C-52 */
async function useLauncher(
  build: Build,
  environment: Record<string, string>,
  more: string,
): Promise<void> {
  const { path, args } = await build.launcher();
  environment.ANCM_LAUNCHER_PATH = path;
  // An empty one would leave the arguments of web.config in place.
  environment.ANCM_LAUNCHER_ARGS = `${args} ${more}`.trim() || " ";
}

function refuse(error: unknown, file: string): never {
  if (!(error instanceof StartFault)) throw error;
  const message = [error.message, ...error.details].join("; ");
  throw new ConfigError([{ severity: "error", file, message }]);
}

function tellProfile(name: string, report: Report): void {
  report({ level: "info", name: "launch-profile", message: `Uses the launch profile "${name}"` });
}

async function hasRuntimeConfig(root: string): Promise<boolean> {
  for await (const { name } of Deno.readDir(root)) {
    if (name.endsWith(".runtimeconfig.json")) return true;
  }
  return false;
}
