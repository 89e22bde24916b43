import {
  type AppConfig,
  type EffectiveConfig,
  formatProblem,
  handlerSetting,
  type Problem,
  readConfig,
  type ReadConfigResult,
  shownConfig,
} from "../config/mod.ts";
import type { HostEvent, Report } from "../contract/event.ts";
import { listMembers } from "../http1/mod.ts";
import { MODULE_NAMES, MODULE_SECTIONS, prepareModules } from "../modules/mod.ts";
import type { UsedConfiguration } from "../pages/admin_site.ts";
import { ConfigError, type HostOptions } from "./options.ts";

/** What of the options says how the configuration is read. */
export type ConfigOptions = Pick<
  HostOptions,
  "appDir" | "environment" | "strictIis" | "rootConfigOnly"
>;

/** Reads the configuration of the application folder with every section that the host knows. */
export async function readHostConfig(
  { appDir, environment = {}, strictIis, rootConfigOnly }: ConfigOptions,
): Promise<ReadConfigResult> {
  const result = await readConfig(appDir, {
    environment,
    sections: MODULE_SECTIONS,
    modules: MODULE_NAMES,
    strictIis,
    rootConfigOnly,
  });
  if (result.config) await prepareModules(result.config);
  if (result.config && result.effective) EFFECTIVE.set(result.config, result.effective);
  return result;
}

/** What each configuration that was read is made of, for as long as it is in use. */
const EFFECTIVE = new WeakMap<AppConfig, EffectiveConfig>();

/** Gives a configuration as people may see it: every value with its origin, secrets masked. */
export function usedConfiguration(config: AppConfig): UsedConfiguration {
  const effective = EFFECTIVE.get(config);
  const files = config.files.map(({ file }) => file);
  return { files, locations: effective ? shownConfig(effective) : [] };
}

/**
 * Reads the configuration and tells what is good to know of it.
 *
 * @throws {ConfigError} where it cannot be used
 */
export async function usableConfig(options: HostOptions, report: Report): Promise<AppConfig> {
  const { config, problems } = await readHostConfig(options);
  if (!config) throw new ConfigError(problems);
  reportProblems(problems, report);
  return config;
}

/** Gives the protocols that a request may ask to switch to. @see ANCM W-9 */
export function upgradesOf({ webSocketEnabled, aspNetCore }: AppConfig): ReadonlySet<string> {
  const named = handlerSetting(aspNetCore, "upgradeProtocols") ?? "";
  const upgrades = new Set(listMembers([named.toLowerCase()]));
  if (webSocketEnabled) upgrades.add("websocket");
  return upgrades;
}

/** Tells each problem. */
export function reportProblems(problems: readonly Problem[], report: Report): void {
  for (const problem of problems) report(problemEvent(problem));
}

/** Tells of something in the configuration; an error carries the status IIS would have answered with. */
export function problemEvent(problem: Problem): HostEvent {
  const { severity, subStatus } = problem;
  const level = severity === "note" ? "info" : severity;
  const event = { level, name: `config-${severity}`, message: formatProblem(problem) } as const;
  return subStatus === undefined ? event : { ...event, facts: { status: `500.${subStatus}` } };
}
