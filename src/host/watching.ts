import {
  type AppOffline,
  type Backend,
  CONFIG_FILE,
  type ConfigWatchOptions,
  type FileWatch,
  recycleLimits,
  servingBytes,
  signOfFiles,
  watchAssemblies,
  watchConfig,
  watchRecycleFiles,
} from "../backend/mod.ts";
import type { AppConfig, Problem } from "../config/mod.ts";
import { systemClock } from "../contract/clock.ts";
import type { Report } from "../contract/event.ts";
import type { Traffic } from "../contract/traffic.ts";
import { readHostConfig, reportProblems } from "./configuration.ts";
import type { HostOptions } from "./options.ts";
import type { Serving } from "./serving.ts";

/** What {@linkcode startWatching} needs. */
export interface WatchingParts {
  readonly options: HostOptions;
  readonly report: Report;
  readonly backend: Backend;
  readonly serving: Serving;
  readonly traffic: Traffic;
  readonly watch: FileWatch;
  readonly offline: AppOffline;
  /** Of web.config before the configuration in use was read. */
  readonly since: string | undefined;
}

/** Whatever recycles or stops the backend by itself. Disposing of it ends that. */
export async function startWatching(parts: WatchingParts): Promise<Disposable> {
  const watching = new Watching(parts);
  await watching.start();
  return watching;
}

interface FurtherSigns {
  readonly own: string | undefined;
  readonly below: string | undefined;
}

class Watching implements Disposable {
  readonly #parts: WatchingParts;
  /** What depends on the configuration in use. */
  #renewed: Disposable[] = [];
  #config: Disposable | undefined;
  /** Of the further files of a configuration, as they were when it was read. */
  readonly #signs = new WeakMap<AppConfig, FurtherSigns>();
  #isOver = false;

  constructor(parts: WatchingParts) {
    this.#parts = parts;
  }

  async start(): Promise<void> {
    const { since, serving } = this.#parts;
    serving.onConfig((config) => void this.#renew(config));
    await this.#renew(serving.config);
    const config = await this.#follow({
      since,
      changed: (config, problems) => void this.#change(config, problems),
    });
    if (this.#isOver) config[Symbol.dispose]();
    else this.#config = config;
  }

  [Symbol.dispose](): void {
    const { offline, watch } = this.#parts;
    this.#isOver = true;
    this.#config?.[Symbol.dispose]();
    for (const one of [...this.#renewed, offline, watch]) one[Symbol.dispose]();
  }

  #follow(
    what: Pick<ConfigWatchOptions<AppConfig, readonly Problem[]>, "files" | "since" | "changed">,
  ): Promise<Disposable> {
    const { options, report, watch } = this.#parts;
    return watchConfig({
      ...what,
      watch,
      clock: systemClock,
      read: async () => {
        const result = await readHostConfig(options);
        // By the time it is in use they may have changed again.
        if (result.config) this.#signs.set(result.config, await signsOf(result.config));
        return result;
      },
      broken: (problems) => reportProblems(problems, report),
    });
  }

  async #change(config: AppConfig, problems: readonly Problem[]): Promise<void> {
    const { serving, report } = this.#parts;
    if (serving.config.aspNetCore.disallowRotationOnConfigChange) {
      report({
        level: "info",
        name: "config-change-ignored",
        message: "web.config has changed and is not read before the next start: " +
          "disallowRotationOnConfigChange is true",
      });
      return;
    }
    await serving.recycle("web.config has changed", config, problems);
  }

  async #renew(config: AppConfig): Promise<void> {
    const { watch, serving } = this.#parts;
    if (this.#isOver) return;
    for (const one of this.#renewed) one[Symbol.dispose]();
    this.#renewed = [this.#limits(config)];
    const files = await watchRecycleFiles({
      watch,
      files: config.aspNetCore.recycleOnFileChange,
      changed: () => void serving.recycle("a file of recycleOnFileChange has changed"),
    });
    this.#keep(files, config);
    const { own, below } = furtherFiles(config);
    const signs = this.#signs.get(config);
    this.#keep(
      await this.#follow({
        files: own,
        since: signs?.own,
        changed: (config, problems) => void this.#change(config, problems),
      }),
      config,
    );
    this.#keep(
      await this.#follow({
        files: below,
        since: signs?.below,
        changed: (config, problems) => serving.take(config, problems),
      }),
      config,
    );
    const assemblies = await watchAssemblies({
      config,
      clock: systemClock,
      changed: () => void serving.recycle("the application's assemblies have changed"),
    });
    this.#keep(assemblies, config);
  }

  /** A change of the configuration or the end of the host may have come in between. */
  #keep(one: Disposable, config: AppConfig): void {
    if (this.#isOver || this.#parts.serving.config !== config) one[Symbol.dispose]();
    else this.#renewed.push(one);
  }

  #limits(config: AppConfig): Disposable {
    const { options, report, backend, serving, traffic } = this.#parts;
    return recycleLimits({
      limits: { ...config.aspNetCore.recycling, ...options.recycling },
      clock: systemClock,
      report,
      directory: backend.directory,
      traffic,
      memory: () => servingBytes(backend.status()),
      recycle: (reason) => void serving.recycle(reason),
      rest: (reason) => backend.rest(reason),
    });
  }
}

/** Gives the files beside web.config: those that speak for the whole application, and those for places in it. */
function furtherFiles({ files }: AppConfig) {
  const further = files.filter(({ file }) => file.toLowerCase() !== CONFIG_FILE);
  const named = (isOwn: boolean) =>
    further.filter(({ path }) => (path === "") === isOwn).map(({ file }) => file);
  return { own: named(true), below: named(false) };
}

async function signsOf(config: AppConfig): Promise<FurtherSigns> {
  const { own, below } = furtherFiles(config);
  const { root } = config;
  return { own: await signOfFiles(root, own), below: await signOfFiles(root, below) };
}
