import { inOrderOfFiles, type ReadConfigResult } from "../config/mod.ts";
import { systemClock } from "../contract/clock.ts";
import { HostError } from "../contract/host_error.ts";
import type { Accounts } from "../modules/authentication/accounts.ts";
import { errorReply, statusReply } from "../pages/error_page.ts";
import { accountsOf } from "./accounts.ts";
import { readHostConfig } from "./configuration.ts";
import { ConfigError, type HostOptions } from "./options.ts";
import { makeSite } from "./site.ts";

/** What of the options says how a configuration is read. */
export type CheckOptions = Pick<
  HostOptions,
  "appDir" | "environment" | "strictIis" | "rootConfigOnly" | "pathBase" | "basicAuthFile"
>;

/**
 * Reads the configuration as {@linkcode startHost} would, modules and all, and starts nothing: finds the very same
 * problems.
 */
export async function checkConfig(options: CheckOptions): Promise<ReadConfigResult> {
  try {
    using accounts = await accountsOf(options, () => {});
    return checked(await readHostConfig(options), accounts, options);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { problems: [...(await readHostConfig(options)).problems, ...error.problems] };
  }
}

function checked(
  read: ReadConfigResult,
  accounts: Accounts | undefined,
  options: CheckOptions,
): ReadConfigResult {
  if (!read.config) return read;
  const { config } = read;
  const pages = { disableStartUpErrorPage: config.aspNetCore.disableStartUpErrorPage };
  const site = makeSite(config, {
    pathBase: options.pathBase ?? "/",
    clock: systemClock,
    aspNetCore: () => {
      throw new HostError("host-stopping", "Cannot answer: nothing was started");
    },
    page: (x, error) => errorReply(x, error, pages),
    statusPage: (x, status, isDetailed) => statusReply(x, status, isDetailed, pages),
    environment: options.environment,
    report: () => {},
    accounts,
  });
  const problems = inOrderOfFiles([...read.problems, ...site.problems]);
  const isUsable = !problems.some(({ severity }) => severity === "error");
  return isUsable ? { ...read, problems } : { problems };
}
