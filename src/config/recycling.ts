import type { AspNetCoreConfig, RecyclingConfig } from "./app_config.ts";
import { handlerSettingNumber } from "./handler_setting.ts";
import { type Place, type ProblemList, quoted } from "./problem.ts";
import type { SectionElement } from "./section.ts";

/** Nothing happens by itself. */
export const NO_RECYCLING: RecyclingConfig = Object.freeze({
  idleTimeoutMs: 0,
  restartAfterMs: 0,
  restartAfterRequests: 0,
  restartAtBytes: 0,
  restartDaily: Object.freeze([]),
});

/**
 * Reads the `handlerSetting`s that IIS has on an application pool; their numbers have been judged.
 *
 * @param place of the section, for a setting that stands nowhere
 * @see IIS 11.3
 */
export function readRecycling(
  section: SectionElement,
  config: Pick<AspNetCoreConfig, "handlerSettings">,
  { problems, place }: { readonly problems: ProblemList; readonly place: Place },
): RecyclingConfig {
  const restartDaily = readSchedule(section, problems, place);
  if (problems.hasErrors) return NO_RECYCLING; // nobody will use it
  return {
    idleTimeoutMs: handlerSettingNumber(config, "idleTimeout"),
    restartAfterMs: handlerSettingNumber(config, "periodicRestartTime"),
    restartAfterRequests: handlerSettingNumber(config, "periodicRestartRequests"),
    restartAtBytes: 1024 * handlerSettingNumber(config, "periodicRestartMemory"),
    restartDaily,
  };
}

/** Reads a local time of day, `hh:mm` or `hh:mm:ss`, as seconds after midnight. */
export function timeOfDay(text: string): number | undefined {
  const [, hours, minutes, seconds = "0"] = /^(\d{1,2}):(\d{2})(?::(\d{2}))?$/.exec(text) ?? [];
  if (hours === undefined || Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 59) {
    return undefined;
  }
  return (Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds);
}

function readSchedule(section: SectionElement, problems: ProblemList, place: Place): number[] {
  const name = "periodicRestartSchedule";
  const written = section.children.handlerSettings?.items.find(({ settings }) =>
    String(settings.name?.value).toLowerCase() === name.toLowerCase()
  )?.settings.value;
  const times = new Set<number>();
  const texts = String(written?.value ?? "").split(/[;,]/).map((text) => text.trim());
  for (const text of texts.filter((one) => one !== "")) {
    const time = timeOfDay(text);
    if (time !== undefined) times.add(time);
    else {
      const what = `Invalid handlerSetting "${name}": ${quoted(text)} is not a time of day`;
      const right = 'write hh:mm:ss from 00:00:00 to 23:59:59, several separated by ";"';
      problems.error(written?.place ?? place, `${what}; ${right}`);
    }
  }
  return [...times].sort((a, b) => a - b);
}
