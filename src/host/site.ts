import {
  type AppConfig,
  expander,
  handlerMatch,
  isHandlerSettingTrue,
  type Problem,
} from "../config/mod.ts";
import type { Clock } from "../contract/clock.ts";
import type { BackendDirectory } from "../contract/directory.ts";
import type { Report } from "../contract/event.ts";
import type { ErrorPage, Handler, StatusPage } from "../contract/module.ts";
import type { Accounts } from "../modules/authentication/accounts.ts";
import { moduleChain } from "../modules/mod.ts";
import { PhysicalFiles } from "../modules/physical_files.ts";
import { pipeline } from "../server/pipeline.ts";

/** What a site is made of beside its configuration. */
export interface SiteParts {
  readonly pathBase: string;
  readonly clock: Clock;
  /** Sends an exchange to the backend as this configuration says. */
  readonly aspNetCore: Handler;
  readonly page: ErrorPage;
  readonly statusPage: StatusPage;
  /** The host's own, to which `%NAME%` expands. @default {} */
  readonly environment?: Readonly<Record<string, string>> | undefined;
  readonly report: Report;
  /** Who may log on; absent where there is no file of them. */
  readonly accounts?: Accounts | undefined;
  readonly directory?: BackendDirectory | undefined;
  /** Where clients without TLS are sent to; absent where they are not. */
  readonly redirectTo?: (() => number | undefined) | undefined;
  readonly hsts?: boolean | undefined;
}

/** All that answers requests under one configuration, and what was found wrong while it was made. */
export interface Site {
  readonly handler: Handler;
  readonly problems: readonly Problem[];
}

/** Makes the handler of one configuration: modules, handler mapping, pages. A request keeps the one it began with. */
export function makeSite(config: AppConfig, parts: SiteParts): Site {
  const problems: Problem[] = [];
  const files = new PhysicalFiles({ root: config.root, clock: parts.clock });
  const expand = expander(parts.environment ?? {});
  const chain = moduleChain({
    ...parts,
    config,
    expand: (text) => expand(text).text,
    allowSlowPatterns: isHandlerSettingTrue(config.aspNetCore, "allowSlowPatterns"),
    root: config.root,
    disableStartUpErrorPage: config.aspNetCore.disableStartUpErrorPage,
    files,
    match: handlerMatch(config, files.kindOf),
    execute: (x) => site.handler(x),
    problem: (problem) => problems.push(problem),
  });
  const site: Site = { handler: pipeline({ ...chain, page: parts.page }), problems };
  return site;
}
