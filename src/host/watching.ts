import {
  type AppOffline,
  type Backend,
  type FileWatch,
  recycleLimits,
  servingBytes,
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

class Watching implements Disposable {
  readonly #parts: WatchingParts;
  /** What depends on the configuration in use. */
  #renewed: Disposable[] = [];
  #config: Disposable | undefined;
  #isOver = false;

  constructor(parts: WatchingParts) {
    this.#parts = parts;
  }

  async start(): Promise<void> {
    const { options, report, watch, since, serving } = this.#parts;
    await this.#renew(serving.config);
    const config = await watchConfig({
      watch,
      clock: systemClock,
      since,
      read: () => readHostConfig(options),
      changed: (config, problems) => void this.#change(config, problems),
      broken: (problems) => reportProblems(problems, report),
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
    if (serving.config === config) await this.#renew(config);
  }

  async #renew(config: AppConfig): Promise<void> {
    const { watch, serving } = this.#parts;
    for (const one of this.#renewed) one[Symbol.dispose]();
    this.#renewed = [this.#limits(config)];
    const files = await watchRecycleFiles({
      watch,
      files: config.aspNetCore.recycleOnFileChange,
      changed: () => void serving.recycle("a file of recycleOnFileChange has changed"),
    });
    this.#keep(files, config);
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
