import type { AppConfig } from "../../config/app_config.ts";
import type { Platform } from "../custody/_platform.ts";
import { resolveCommand } from "./command.ts";
import { childEnvironment, configuredVariables, lookUp, type Variables } from "./environment.ts";
import { choosePort } from "./port.ts";

/** Everything that running a program takes. */
export interface Launch {
  /** Absolute path of the program. */
  readonly path: string;
  readonly args: readonly string[];
  /** The working folder. */
  readonly folder: string;
  /** The whole environment: nothing is added. */
  readonly environment: Variables;
  readonly port: number;
  readonly token: string;
  /** What was done otherwise than web.config says, one sentence each. */
  readonly notes: readonly string[];
}

/** What {@linkcode prepareLaunch} needs to know. */
export interface LaunchParts {
  readonly config: AppConfig;
  readonly pathBase: string;
  readonly httpsPort?: number | undefined;
  readonly environmentName?: string | undefined;
  readonly hostEnvironment: Variables;
  readonly platform: Platform;
}

/**
 * Finds the program, chooses the port and makes the environment for one attempt to start.
 *
 * @throws {StartFault} where one of them cannot be had
 */
export async function prepareLaunch(parts: LaunchParts, token: string): Promise<Launch> {
  const { config, platform, hostEnvironment: inherited } = parts;
  const configured = lookUp(configuredVariables(config, inherited), "ASPNETCORE_PORT");
  const port = choosePort({ configured, ephemeralFrom: platform.ephemeralFrom() });
  const command = await resolveCommand({
    processPath: config.aspNetCore.processPath,
    arguments: config.aspNetCore.arguments,
    root: config.root,
    port,
    environment: inherited,
    isWindows: platform.isWindows,
  });
  const { pathBase, httpsPort, environmentName } = parts;
  const environment = childEnvironment({
    config,
    inherited,
    pathBase,
    port,
    token,
    httpsPort,
    environmentName,
  });
  return { ...command, folder: config.root, environment, port, token };
}
