import type { RecyclingConfig } from "../../config/app_config.ts";
import type { Clock } from "../../contract/clock.ts";
import type { Traffic } from "../../contract/traffic.ts";
import { nextDaily } from "./_daily.ts";

/** One of the limits of a set of processes. */
export interface RecycleLimit {
  /** Begins to count for a new set. */
  begin(): void;
  /** Milliseconds until it is to be looked at. */
  waitMs(): number;
  /** Says why the set is to be replaced, once it is. */
  exceeded(): string | undefined;
}

/** What the limits are judged by. */
export interface LimitSources {
  readonly clock: Clock;
  readonly traffic: Traffic;
  /** Resident memory of the processes that serve, bytes; nothing where it is not known. */
  readonly memory: () => number | undefined;
}

const REQUESTS_LOOK_MS = 1_000;
const MEMORY_LOOK_MS = 10_000;
/** The clock on the wall may be set while one waits for a time of day. */
const DAILY_LOOK_MS = 60_000;
const MEBIBYTE = 1024 * 1024;

/** Gives the limits that were asked for, besides idling. */
export function limitsOf(config: RecyclingConfig, sources: LimitSources): RecycleLimit[] {
  const { restartAfterMs, restartAfterRequests, restartAtBytes, restartDaily } = config;
  const limits: RecycleLimit[] = [];
  if (restartAfterMs > 0) limits.push(ageLimit(restartAfterMs, sources));
  if (restartAfterRequests > 0) limits.push(requestLimit(restartAfterRequests, sources));
  if (restartAtBytes > 0) limits.push(memoryLimit(restartAtBytes, sources));
  if (restartDaily.length > 0) limits.push(dailyLimit(restartDaily, sources));
  return limits;
}

function ageLimit(limitMs: number, { clock }: LimitSources): RecycleLimit {
  let begunAt = clock.now();
  const waitMs = () => begunAt + limitMs - clock.now();
  return {
    begin: () => void (begunAt = clock.now()),
    waitMs,
    exceeded: () =>
      waitMs() <= 0 ? `it has run for ${limitMs / 1_000} s (periodicRestartTime)` : undefined,
  };
}

function requestLimit(limit: number, { traffic }: LimitSources): RecycleLimit {
  let before = traffic.total;
  return {
    begin: () => void (before = traffic.total),
    waitMs: () => REQUESTS_LOOK_MS,
    exceeded() {
      const requests = traffic.total - before;
      if (requests < limit) return undefined;
      return `it has got ${requests} requests, the limit is ${limit} (periodicRestartRequests)`;
    },
  };
}

function memoryLimit(limitBytes: number, { clock, memory }: LimitSources): RecycleLimit {
  let lookAt = 0;
  const inMb = (bytes: number) => Math.round(bytes / MEBIBYTE);
  return {
    begin: () => void (lookAt = clock.now() + MEMORY_LOOK_MS),
    waitMs: () => lookAt - clock.now(),
    exceeded() {
      if (clock.now() < lookAt) return undefined;
      lookAt = clock.now() + MEMORY_LOOK_MS;
      const bytes = memory();
      if (bytes === undefined || bytes <= limitBytes) return undefined;
      return `it uses ${inMb(bytes)} MB of memory, ` +
        `the limit is ${inMb(limitBytes)} MB (periodicRestartMemory)`;
    },
  };
}

function dailyLimit(secondsOfDay: readonly number[], { clock }: LimitSources): RecycleLimit {
  let due = nextDaily(clock.date(), secondsOfDay);
  return {
    begin: () => void (due = nextDaily(clock.date(), secondsOfDay)),
    waitMs: () => Math.min(due.getTime() - clock.date().getTime(), DAILY_LOOK_MS),
    exceeded() {
      const isDue = clock.date() >= due;
      const time = due.toTimeString().slice(0, 8);
      due = nextDaily(clock.date(), secondsOfDay);
      return isDue ? `it is ${time} (periodicRestartSchedule)` : undefined;
    },
  };
}
