import { type AppConfig, handlerMatch, type Problem } from "../config/mod.ts";
import type { Clock } from "../contract/clock.ts";
import type { ErrorPage, Handler } from "../contract/module.ts";
import { moduleChain } from "../modules/mod.ts";
import { physicalKind } from "../modules/physical_kind.ts";
import { pipeline } from "../server/pipeline.ts";

/** What a site is made of beside its configuration. */
export interface SiteParts {
  readonly pathBase: string;
  readonly clock: Clock;
  /** Sends an exchange to the backend as this configuration says. */
  readonly aspNetCore: Handler;
  readonly page: ErrorPage;
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
  const chain = moduleChain({
    ...parts,
    config,
    root: config.root,
    match: handlerMatch(config, physicalKind(config.root)),
    problem: (problem) => problems.push(problem),
  });
  return { handler: pipeline({ ...chain, page: parts.page }), problems };
}
