import { basename, dirname } from "node:path";
import type { Clock } from "../../contract/clock.ts";
import type { Report } from "../../contract/event.ts";
import { BuildOutput } from "./_build_output.ts";
import { platformOf } from "../custody/_platform.ts";
import { runTool } from "./_tool.ts";
import { resolveCommand } from "../launch/command.ts";
import type { Variables } from "../launch/environment.ts";
import { StartFault } from "../process/failure.ts";

/** What starts a program that was built, as `ANCM_LAUNCHER_PATH` and `ANCM_LAUNCHER_ARGS` have it. */
export interface Launcher {
  readonly path: string;
  /** In Windows quoting. */
  readonly args: string;
}

/** Options of {@linkcode projectBuild}. */
export interface BuildOptions {
  /** Path of the project file. */
  readonly file: string;
  readonly environment: Variables;
  readonly clock: Clock;
  readonly report: Report;
}

/** The building of one project. Disposing of it ends what is under way. */
export interface Build extends Disposable {
  /** Whether it is being built at this moment. */
  readonly isBusy: boolean;
  /** The last lines of what is being built, or was built last. */
  tail(): readonly string[];
  /**
   * Asks what starts the program.
   * @throws {StartFault} where the project cannot be understood
   */
  launcher(): Promise<Launcher>;
  /** Says that sources have changed: what is being built is begun again. */
  outdated(): void;
  /**
   * Resolves when the program is built from the sources as they are; whoever waits shares one build.
   * @throws {StartFault} where it cannot be built
   */
  ready(): Promise<void>;
}

/** Makes the {@linkcode Build} of a project. Nothing is built before `ready()`. */
export function projectBuild(options: BuildOptions): Build {
  return new DotnetBuild(options);
}

/** Nobody waits longer for a build, however large. */
const BUILD_LIMIT_MS = 600_000;
const EVALUATION_LIMIT_MS = 60_000;
/** For so long a build that failed is known to fail again: what it lacks need not be one of the sources. */
const FAILURE_KEPT_MS = 2_000;
const PROPERTIES = ["RunCommand", "RunArguments", "TargetFrameworks"];

class DotnetBuild implements Build {
  readonly #options: BuildOptions;
  readonly #over = new AbortController();
  #output = new BuildOutput();
  #sources = 0;
  /** Of the sources that were built last; `fault` where that failed. */
  #built: { sources: number; at: number; fault?: StartFault } | undefined;
  #running: Promise<void> | undefined;
  #turn = new AbortController();

  constructor(options: BuildOptions) {
    this.#options = options;
  }

  get isBusy(): boolean {
    return this.#running !== undefined;
  }

  tail(): readonly string[] {
    return this.#output.tail();
  }

  outdated(): void {
    this.#sources++;
    this.#turn.abort();
  }

  [Symbol.dispose](): void {
    this.#over.abort();
    this.#turn.abort();
  }

  async ready(): Promise<void> {
    while (!this.#isCurrent()) {
      this.#over.signal.throwIfAborted();
      this.#running ??= this.#build().finally(() => this.#running = undefined);
      await this.#running;
    }
    if (this.#built?.fault) throw this.#built.fault;
  }

  #isCurrent(): boolean {
    const { clock } = this.#options;
    if (this.#built?.sources !== this.#sources) return false;
    return !this.#built.fault || clock.now() - this.#built.at < FAILURE_KEPT_MS;
  }

  /** Never rejects: what came of it is kept, unless the sources have changed meanwhile. */
  async #build(): Promise<void> {
    const { file, clock, report } = this.#options;
    const [sources, since] = [this.#sources, clock.now()];
    this.#turn = new AbortController();
    const output = this.#output = new BuildOutput();
    const name = basename(file);
    report({ level: "info", name: "build-started", message: `Building "${name}"` });
    const fault = await this.#run(output).catch((error) => StartFault.from(error));
    if (sources !== this.#sources || this.#over.signal.aborted) return;
    this.#built = { sources, at: clock.now(), ...(fault ? { fault } : {}) };
    for (const event of output.events()) report(event);
    if (fault) return;
    const durationMs = Math.round(clock.now() - since);
    const message = `Built "${name}" in ${durationMs} ms`;
    report({ level: "info", name: "build-done", message, facts: { durationMs } });
  }

  /** Gives what went wrong. */
  async #run(output: BuildOutput): Promise<StartFault | undefined> {
    const { file } = this.#options;
    const args = ["build", file, "-nologo", "-v:minimal"];
    const code = await this.#dotnet(args, BUILD_LIMIT_MS, (line) => output.take(line));
    if (code === 0) return undefined;
    const name = basename(file);
    const what = code === undefined ? `took longer than ${BUILD_LIMIT_MS / 1000} s` : output.sum();
    return new StartFault("start-not-built", `Cannot build "${name}": ${what}`, output.reasons());
  }

  async launcher(): Promise<Launcher> {
    const { file } = this.#options;
    const found = await this.#evaluated([]);
    if (!found) {
      return { path: "dotnet", args: `run --no-build --no-launch-profile --project "${file}" --` };
    }
    if (found.RunCommand && !found.TargetFrameworks) return launcherOf(found);
    const [framework] = (found.TargetFrameworks ?? "").split(";");
    const one = await this.#evaluated([`-p:TargetFramework=${framework}`]);
    if (one?.RunCommand) return launcherOf(one);
    throw new StartFault("start-not-built", `Cannot run "${basename(file)}": it makes no program`);
  }

  /** Gives properties of the project; nothing where the SDK is too old to tell. */
  async #evaluated(more: readonly string[]): Promise<Record<string, string> | undefined> {
    const { file } = this.#options;
    const lines: string[] = [];
    const names = PROPERTIES.map((name) => `-getProperty:${name}`);
    this.#turn = new AbortController();
    const args = ["msbuild", file, "-nologo", ...names, ...more];
    const code = await this.#dotnet(args, EVALUATION_LIMIT_MS, (line) => lines.push(line));
    const text = lines.join("\n");
    if (code !== 0 && text.includes("MSB1001")) return undefined;
    try {
      return JSON.parse(text.slice(text.indexOf("{"), text.lastIndexOf("}") + 1)).Properties;
    } catch {
      const details = lines.filter((line) => line.trim() !== "").slice(-10);
      throw new StartFault("start-not-built", `Cannot read "${basename(file)}"`, details);
    }
  }

  async #dotnet(
    args: readonly string[],
    limitMs: number,
    line: (text: string) => void,
  ): Promise<number | undefined> {
    const { file, environment, clock } = this.#options;
    const { isWindows } = platformOf(Deno.build.os);
    const folder = dirname(file);
    const question = { processPath: "dotnet", arguments: "", root: folder, port: 0 };
    const { path } = await resolveCommand({ ...question, environment, isWindows });
    return await runTool({
      path,
      args,
      folder,
      environment: { ...environment, DOTNET_NOLOGO: "1", MSBUILDTERMINALLOGGER: "off" },
      limitMs,
      clock,
      signal: this.#turn.signal,
      line,
    });
  }
}

function launcherOf({ RunCommand = "", RunArguments = "" }: Record<string, string>): Launcher {
  return { path: RunCommand, args: RunArguments };
}
