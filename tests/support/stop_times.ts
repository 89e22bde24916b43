import { RUN_OPTIONS } from "../../src/cli/options.ts";
import { ASP_NET_CORE } from "../../src/config/asp_net_core_schema.ts";

/** Seconds that a stop may take by the defaults: `--drain-time`, then `shutdownTimeLimit` of web.config. */
export const STOP_S: number =
  Number(RUN_OPTIONS.find((option) => option.name === "drain-time")?.default) +
  ASP_NET_CORE.attributes.shutdownTimeLimit.default;

/** Seconds that whoever stops a host waits beyond that, before it kills. */
export const SPARE_S = 5;
