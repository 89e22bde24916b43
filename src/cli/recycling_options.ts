import { type RecyclingConfig, timeOfDay } from "../config/mod.ts";
import { type CommandLine, optionOf, UsageError } from "./arguments.ts";

/** Gives what the command line says of idling and recycling; what is absent is as web.config says. */
export function recyclingOptions(line: CommandLine): Partial<RecyclingConfig> {
  const number = <K extends keyof RecyclingConfig>(
    key: K,
    name: Parameters<typeof optionOf>[1],
    factor: number,
  ) => {
    const text = optionOf(line, name);
    return text === undefined ? {} : { [key]: Number(text) * factor };
  };
  const times = line.values.get("recycle-at");
  return {
    ...number("idleTimeoutMs", "idle-timeout", 1_000),
    ...number("restartAfterMs", "recycle-after", 1_000),
    ...number("restartAfterRequests", "recycle-requests", 1),
    ...number("restartAtBytes", "recycle-memory", 1024 * 1024),
    ...(times ? { restartDaily: dailyTimes(times) } : {}),
  };
}

/** @throws {UsageError} where a text is no time of day */
function dailyTimes(texts: readonly string[]): number[] {
  const times = texts.map((text) => {
    const time = timeOfDay(text);
    if (time !== undefined) return time;
    throw new UsageError(
      `Cannot take "${text}" for --recycle-at: give a time of day such as 03:00`,
    );
  });
  return [...new Set(times)].sort((a, b) => a - b);
}
