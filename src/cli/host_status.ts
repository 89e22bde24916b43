import type { ProcessStatus } from "../contract/backend_status.ts";
import type { HostStatus } from "../contract/host_status.ts";

/** Reads the answer to `GET /status`; undefined where it is something else. */
export function hostStatusIn(text: string): HostStatus | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  return isHostStatus(value) ? value : undefined;
}

/** Whatever answers may be another program: what is read here has to be there. */
function isHostStatus(value: unknown): value is HostStatus {
  if (typeof value !== "object" || value === null) return false;
  const { version, pid, startedAt, uptimeS, appDir, urls, readiness, backend, traffic } =
    value as Partial<HostStatus>;
  return typeof version === "string" && Number.isInteger(pid) && typeof startedAt === "string" &&
    typeof uptimeS === "number" && typeof appDir === "string" && Array.isArray(urls) &&
    typeof readiness?.ready === "boolean" && Array.isArray(backend?.processes) &&
    Number.isInteger(traffic?.inFlight);
}

/** Writes how a host is, for a person: a heading, then one fact a line. */
export function hostStatusText(status: HostStatus): string[] {
  const { version, pid, uptimeS, appDir, configFile, urls, draining, readiness } = status;
  const { backend, traffic } = status;
  const rows: [name: string, value: string][] = [
    ["application", appDir],
    ["configuration", configFile],
    ["listens on", urls.join(", ")],
    ["ready", `${readiness.ready ? "yes" : "no"}: ${readiness.reason}`],
    ["backend", `${backend.state}, generation ${backend.generation}`],
    ...backend.processes.map((process) => processRow(process, nowOf(status))),
    [
      "so far",
      `${counted(backend.starts, "start")}, ${counted(backend.crashes, "crash", "crashes")}, ${
        counted(backend.recycles, "recycle")
      }`,
    ],
    ["requests", `${traffic.inFlight} under way, ${traffic.total} in all`],
  ];
  if (backend.retryAt !== undefined) rows.push(["next start", backend.retryAt]);
  if (backend.lastFailure) {
    const { at, code, message } = backend.lastFailure;
    rows.push(["last failure", `${at} ${code}: ${message}`]);
  }
  const width = Math.max(...rows.map(([name]) => name.length));
  const heading = `ancm-host ${version}, process ${pid}, up ${duration(uptimeS)}`;
  return [
    draining ? `${heading}, being stopped` : heading,
    ...rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`),
  ];
}

/** Writes seconds in the two largest units that they fill. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const [days, hours] = [Math.floor(whole / 86_400), Math.floor(whole / 3_600) % 24];
  const [minutes, rest] = [Math.floor(whole / 60) % 60, whole % 60];
  if (days > 0) return `${days} d ${hours} h`;
  if (hours > 0) return `${hours} h ${minutes} min`;
  return minutes > 0 ? `${minutes} min ${rest} s` : `${rest} s`;
}

function processRow(
  { pid, port, state, generation, startedAt }: ProcessStatus,
  now: number,
): [name: string, value: string] {
  const up = duration((now - Date.parse(startedAt)) / 1_000);
  const where = port === undefined ? "" : `, port ${port}`;
  return [`process ${pid ?? "?"}`, `${state}${where}, generation ${generation}, up ${up}`];
}

/** By the clock of the host, which may be another than ours. */
function nowOf({ startedAt, uptimeS }: HostStatus): number {
  return Date.parse(startedAt) + uptimeS * 1_000;
}

function counted(n: number, noun: string, plural = `${noun}s`): string {
  return `${n} ${n === 1 ? noun : plural}`;
}
