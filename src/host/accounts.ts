import type { Report } from "../contract/event.ts";
import { systemClock } from "../contract/clock.ts";
import { type Accounts, AccountsError, openAccounts } from "../modules/authentication/accounts.ts";
import { ConfigError, type HostOptions } from "./options.ts";

/**
 * Opens the file of those who may log on, where one is named.
 *
 * @throws {ConfigError} where it cannot be used
 */
export async function accountsOf(
  { basicAuthFile: file }: Pick<HostOptions, "basicAuthFile">,
  report: Report,
): Promise<Accounts | undefined> {
  if (file === undefined) return undefined;
  try {
    return await openAccounts({ file, clock: systemClock, report });
  } catch (error) {
    throw error instanceof AccountsError ? new ConfigError(error.problems) : error;
  }
}
