import type { Report } from "../contract/event.ts";
import type { HostOptions } from "../host.ts";
import { type CommandLine, optionOf, UsageError } from "./arguments.ts";
import { accessLogOption } from "./access_log_option.ts";
import { recyclingOptions } from "./recycling_options.ts";

/**
 * Makes what the host is started with out of the command line.
 *
 * @param adminToken what `--admin-token-file` holds
 */
export function hostOptions(
  line: CommandLine,
  environment: Readonly<Record<string, string>>,
  report: Report,
  adminToken?: string,
): HostOptions {
  const environmentName = optionOf(line, "environment");
  const admin = optionOf(line, "admin");
  const basicAuthFile = optionOf(line, "basic-auth-file");
  const number = (name: Parameters<typeof optionOf>[1]) => Number(optionOf(line, name));
  return {
    appDir: line.appDir,
    listen: line.values.get("listen") ?? [],
    pathBase: optionOf(line, "path-base") ?? "/",
    ...(environmentName === undefined ? {} : { environmentName }),
    ...(admin === undefined ? {} : { admin }),
    ...(basicAuthFile === undefined ? {} : { basicAuthFile }),
    ...(adminToken === undefined ? {} : { adminToken }),
    strictIis: optionOf(line, "strict-iis") === "true",
    rootConfigOnly: optionOf(line, "root-config-only") === "true",
    preload: optionOf(line, "preload") === "true",
    transport: optionOf(line, "transport") as "wire" | "fetch",
    drainTimeMs: number("drain-time") * 1_000,
    recycling: recyclingOptions(line),
    ...accessLogOption(line),
    traceparent: optionOf(line, "traceparent") === "true",
    ...developmentOption(line),
    ...certificateOption(line, environment),
    trustedProxies: line.values.get("trusted-proxy") ?? [],
    redirectHttps: optionOf(line, "redirect-https") === "true",
    hsts: optionOf(line, "hsts") === "true",
    limits: {
      connections: number("limit-connections"),
      connectionsPerAddress: number("limit-connections-per-address"),
      headBytes: number("limit-head"),
      targetBytes: number("limit-target"),
      fields: number("limit-fields"),
      headMs: number("limit-head-time") * 1_000,
      idleMs: number("limit-idle-time") * 1_000,
      contentRate: number("limit-content-rate"),
      writeMs: number("limit-write-time") * 1_000,
      tunnelIdleMs: number("limit-tunnel-idle-time") * 1_000,
      waiting: number("limit-waiting"),
    },
    environment,
    report,
  };
}

/** @throws {UsageError} where a profile is named that nothing would use */
function developmentOption(line: CommandLine): Pick<HostOptions, "development"> {
  const launchProfile = optionOf(line, "launch-profile");
  if (optionOf(line, "watch") === "true") return { development: { launchProfile } };
  if (launchProfile !== undefined) throw new UsageError("--launch-profile goes with --watch");
  return {};
}

/** @throws {UsageError} where only half of a certificate is named, or two */
function certificateOption(
  line: CommandLine,
  environment: Readonly<Record<string, string>>,
): Pick<HostOptions, "certificate"> {
  const certFile = optionOf(line, "cert");
  const keyFile = optionOf(line, "key");
  const file = optionOf(line, "pfx");
  const passwordEnv = optionOf(line, "pfx-password-env");
  if (file === undefined) {
    if (passwordEnv !== undefined) throw new UsageError("--pfx-password-env goes with --pfx");
    if (certFile === undefined && keyFile === undefined) return {};
    if (certFile === undefined || keyFile === undefined) {
      throw new UsageError("--cert and --key go together: name the file of each");
    }
    return { certificate: { kind: "pem", certFile, keyFile } };
  }
  if (certFile !== undefined || keyFile !== undefined) {
    throw new UsageError("--pfx stands in the place of --cert and --key: name one or the other");
  }
  const password = passwordEnv === undefined ? "" : environment[passwordEnv];
  if (password === undefined) {
    throw new UsageError(`--pfx-password-env names "${passwordEnv}", which is not set`);
  }
  return { certificate: { kind: "pfx", file, password, passwordEnv } };
}
