import { systemClock } from "../contract/clock.ts";
import type { Level, Report } from "../contract/event.ts";
import {
  AccessLogError,
  CertificateError,
  ConfigError,
  type Host,
  type HostOptions,
  LaunchProfileError,
  ListenError,
  problemEvent,
  startHost,
  TrustedProxyError,
} from "../host.ts";
import { createLog } from "../observe/log.ts";
import { lineSink } from "../observe/sink.ts";
import { type SystemdNotify, systemdNotify } from "../observe/systemd_notify.ts";
import { type CommandLine, optionOf, UsageError } from "./arguments.ts";
import { hostOptions } from "./host_options.ts";
import { EXIT } from "./console.ts";
import { writeReadyFile } from "./ready_file.ts";
import { hostSignals } from "./signals.ts";
import { readTokenFile } from "./token_file.ts";

/** How long the last log lines may take to leave when their reader is slow. */
const FLUSH_LIMIT_MS = 1_000;

/** `ancm-host run`: serves the folder until a signal asks for a stop. */
export async function run(
  line: CommandLine,
  environment: Readonly<Record<string, string>>,
): Promise<number> {
  const sink = lineSink(Deno.stderr);
  const terminal = Deno.stderr.isTerminal();
  const log = createLog({
    format: (optionOf(line, "log-format") ?? (terminal ? "text" : "json")) as "text" | "json",
    level: optionOf(line, "log-level") as Level,
    colours: terminal && !environment["NO_COLOR"],
    clock: systemClock,
    write: sink.write,
  });
  const { pid } = Deno;
  using systemd = systemdNotify({ environment, pid, clock: systemClock, report: log });
  const report: Report = systemd ? (event) => (log(event), systemd.take(event)) : log;
  try {
    const tokenFile = optionOf(line, "admin-token-file");
    const adminToken = tokenFile === undefined ? undefined : await readTokenFile(tokenFile);
    const options = {
      ...hostOptions(line, environment, report, adminToken),
      lostEvents: () => sink.lost,
    };
    return await serve(options, report, optionOf(line, "ready-file"), systemd);
  } finally {
    await Promise.race([sink.flush(), systemClock.sleep(FLUSH_LIMIT_MS)]);
  }
}

async function serve(
  options: HostOptions,
  report: Report,
  readyFile: string | undefined,
  systemd: SystemdNotify | undefined,
): Promise<number> {
  let running: Host | undefined;
  using signals = hostSignals(
    () => void reload(running, systemd),
    () => void running?.reopenLogs(),
  );
  using _bugs = unhandledReported(report);
  try {
    await using host = await startHost(options);
    running = host;
    await using _ready = readyFile
      ? await writeReadyFile(readyFile, host.urls, host.admin)
      : undefined;
    systemd?.ready(host.urls);
    const asked = await Promise.race([signals.first, host.stopAsked]);
    report({ level: "info", name: "stop-asked", message: `Stopping (${asked})` });
    // The second signal ends the waiting; leaving the scope then ends everything at once.
    await Promise.race([host.stop(), signals.second]);
    return EXIT.ok;
  } catch (error) {
    return refusal(error, report);
  }
}

async function reload(host: Host | undefined, systemd: SystemdNotify | undefined): Promise<void> {
  systemd?.reloading();
  try {
    await host?.recycle("SIGHUP");
  } finally {
    systemd?.reloaded();
  }
}

function refusal(error: unknown, report: Report): number {
  if (error instanceof ConfigError) {
    for (const problem of error.problems) report(problemEvent(problem));
    return EXIT.config;
  }
  if (error instanceof ListenError) {
    report({ level: "error", name: "cannot-listen", message: error.message });
    return error.isUsage ? EXIT.usage : EXIT.unavailable;
  }
  if (error instanceof AccessLogError) {
    report({ level: "error", name: "access-log-error", message: error.message });
    return error.isUsage ? EXIT.usage : EXIT.config;
  }
  if (error instanceof TrustedProxyError || error instanceof LaunchProfileError) {
    throw new UsageError(error.message);
  }
  if (error instanceof CertificateError) {
    report({ level: "error", name: "certificate-error", message: error.message });
    return EXIT.config;
  }
  throw error;
}

/** A rejection nobody awaited would end the process and every request in it: it is reported instead. */
function unhandledReported(report: Report): Disposable {
  const listener = (event: PromiseRejectionEvent) => {
    event.preventDefault();
    const { reason } = event;
    const message = reason instanceof Error ? reason.stack ?? reason.message : String(reason);
    report({ level: "error", name: "host-bug", message: `Unhandled rejection: ${message}` });
  };
  globalThis.addEventListener("unhandledrejection", listener);
  return {
    [Symbol.dispose]: () => globalThis.removeEventListener("unhandledrejection", listener),
  };
}
