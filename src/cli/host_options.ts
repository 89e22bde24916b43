import type { Report } from "../contract/event.ts";
import type { HostOptions } from "../host.ts";
import { type CommandLine, optionOf } from "./arguments.ts";

/** Makes what the host is started with out of the command line. */
export function hostOptions(
  line: CommandLine,
  environment: Readonly<Record<string, string>>,
  report: Report,
): HostOptions {
  const environmentName = optionOf(line, "environment");
  const number = (name: Parameters<typeof optionOf>[1]) => Number(optionOf(line, name));
  return {
    appDir: line.appDir,
    listen: line.values.get("listen") ?? [],
    pathBase: optionOf(line, "path-base") ?? "/",
    ...(environmentName === undefined ? {} : { environmentName }),
    preload: optionOf(line, "preload") === "true",
    transport: optionOf(line, "transport") as "wire" | "fetch",
    drainTimeMs: number("drain-time") * 1_000,
    limits: {
      connections: number("limit-connections"),
      headBytes: number("limit-head"),
      targetBytes: number("limit-target"),
      fields: number("limit-fields"),
      headMs: number("limit-head-time") * 1_000,
      idleMs: number("limit-idle-time") * 1_000,
      contentRate: number("limit-content-rate"),
      writeMs: number("limit-write-time") * 1_000,
      waiting: number("limit-waiting"),
    },
    environment,
    report,
  };
}
