/**
 * Serves an application folder as IIS with the ASP.NET Core Module (out of process) does, from within another
 * Deno program.
 *
 * ```ts
 * import { startHost } from "./mod.ts";
 *
 * await using host = await startHost({ appDir: "/srv/app", listen: ["http://localhost:0"] });
 * const response = await fetch(host.urls[0]!);
 * ```
 *
 * @module
 */
export {
  AccessLogError,
  type AccessLogOptions,
  type CertificateSource,
  checkConfig,
  type CheckOptions,
  type ChosenLimits,
  ConfigError,
  type DevelopmentOptions,
  type Host,
  type HostLimits,
  type HostOptions,
  ListenError,
  type Rotation,
  startHost,
} from "./src/host.ts";
export type { BackendStatus, ProcessStatus } from "./src/contract/backend_status.ts";
export type { BackendState } from "./src/contract/directory.ts";
export type { HostStatus, Readiness, RecycleResult } from "./src/contract/host_status.ts";
export type { Traffic } from "./src/contract/traffic.ts";
export { type HostEvent, type Level, LEVELS, type Report } from "./src/contract/event.ts";
export * from "./src/config/mod.ts";
