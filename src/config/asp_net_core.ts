import type { AspNetCoreConfig } from "./app_config.ts";
import { ASP_NET_CORE } from "./asp_net_core_schema.ts";
import type { Expand } from "./expand.ts";
import { HANDLER_SETTINGS, handlerSetting } from "./handler_setting.ts";
import { nearest } from "./_near.ts";
import { type Place, type ProblemList, quoted } from "./problem.ts";
import { readRecycling } from "./recycling.ts";
import { noEffect } from "./schema.ts";
import { type SectionElement, valuesOf } from "./section.ts";
import { readValue } from "./values.ts";

/** What the section is read with. */
export interface AspNetCoreOptions {
  /** The host's own environment, in which `%NAME%` is looked up. */
  readonly expand: Expand;
  readonly problems: ProblemList;
  /** Where the section stands, or the file that should have it. */
  readonly place: Place;
  /** The attributes that the file has, right or wrong. */
  readonly written: ReadonlySet<string>;
}

/** Left in `arguments` for the backend, which alone knows its port. */
const PORT_NAMES: ReadonlySet<string> = new Set([
  "port",
  "aspnetcore_port",
  "http_platform_port",
]);
/** Longest wait a timer can measure. */
const MAX_DELAY_MS = 2_147_483_647;

/**
 * Turns the `aspNetCore` section into what the backend needs, and reports what only a look at
 * several settings together can find.
 *
 * @see ANCM C-10 … C-52
 */
export function buildAspNetCore(
  section: SectionElement,
  options: AspNetCoreOptions,
): AspNetCoreConfig {
  const values = valuesOf(ASP_NET_CORE, section);
  const { processPath, args, writtenArguments } = readCommand(section, options);
  const environmentVariables = readVariables(section, options);
  const handlerSettings = readHandlerSettings(section, options);
  if (values.hostingModel === "inprocess") {
    const place = section.settings.hostingModel?.place ?? options.place;
    const what = 'hostingModel "inprocess" is served out of process';
    options.problems.note(place, `${what}; no change is needed`);
  }
  return {
    processPath,
    arguments: args,
    writtenArguments,
    hostingModel: values.hostingModel,
    startupTimeLimitMs: values.startupTimeLimit * 1000,
    shutdownTimeLimitMs: values.shutdownTimeLimit * 1000,
    rapidFailsPerMinute: values.rapidFailsPerMinute,
    requestTimeoutMs: values.requestTimeout,
    stdoutLogEnabled: values.stdoutLogEnabled,
    stdoutLogFile: expandAndWarn(section, "stdoutLogFile", options),
    processesPerApplication: values.processesPerApplication,
    forwardWindowsAuthToken: values.forwardWindowsAuthToken,
    disableStartUpErrorPage: values.disableStartUpErrorPage,
    environmentVariables,
    handlerSettings,
    shutdownDelayMs: readShutdownDelay(section, handlerSettings, environmentVariables, options),
    disallowRotationOnConfigChange:
      handlerSetting({ handlerSettings }, "disallowRotationOnConfigChange")?.toLowerCase() ===
        "true",
    recycleOnFileChange: readRecycleFiles(section, options),
    recycling: readRecycling(section, { handlerSettings }, options),
  };
}

function readCommand(section: SectionElement, options: AspNetCoreOptions) {
  const { expand, problems } = options;
  const launcherPath = expand("%ANCM_LAUNCHER_PATH%");
  const launcherArgs = expand("%ANCM_LAUNCHER_ARGS%");
  const hasPath = launcherPath.unresolved.length === 0 && launcherPath.text !== "";
  const hasArgs = launcherArgs.unresolved.length === 0 && launcherArgs.text !== "";
  const processPath = hasPath ? launcherPath.text : readProcessPath(section, options);
  if (hasArgs) {
    return { processPath, args: launcherArgs.text, writtenArguments: "%ANCM_LAUNCHER_ARGS%" };
  }
  const written = section.settings.arguments;
  const args = expand(String(written?.value ?? ""), PORT_NAMES);
  if (isUnset(args.unresolved, "LAUNCHER_ARGS") && !isUnset([processPath], "%LAUNCHER_PATH%")) {
    const what = `"arguments" names %LAUNCHER_ARGS%, which is not set`;
    const right = "write the program's arguments, or set ANCM_LAUNCHER_ARGS for the host";
    problems.error(written?.place ?? options.place, `${what}; ${right}`);
  }
  return { processPath, args: args.text, writtenArguments: String(written?.value ?? "") };
}

function readProcessPath(section: SectionElement, options: AspNetCoreOptions): string {
  const { expand, problems } = options;
  const written = section.settings.processPath;
  if (!written) {
    if (!options.written.has("processPath")) { // else the schema has reported it
      const right = 'name the program to start, such as "dotnet"';
      problems.error(options.place, `Missing attribute "processPath" in aspNetCore; ${right}`);
    }
    return "";
  }
  const place = written.place ?? options.place;
  const { text, unresolved } = expand(String(written.value));
  if (isUnset(unresolved, "LAUNCHER_PATH")) {
    const what = `"processPath" names %LAUNCHER_PATH%, which is not set: ` +
      "this is the web.config of a source tree";
    const right =
      "serve the folder that dotnet publish makes, develop with --watch, or set ANCM_LAUNCHER_PATH for the host";
    problems.error(place, `${what}; ${right}`);
  } else if (unresolved.length > 0) warnUnresolved("processPath", unresolved, place, problems);
  else if (text.trim() === "") {
    const what = `"processPath" is empty once ${quoted(String(written.value))} is expanded`;
    problems.error(place, `${what}; set that variable for the host, or name the program`);
  }
  return text;
}

function expandAndWarn(
  section: SectionElement,
  name: string,
  { expand, problems, place }: AspNetCoreOptions,
): string {
  const written = section.settings[name];
  const { text, unresolved } = expand(String(written?.value ?? ""));
  if (unresolved.length > 0) warnUnresolved(name, unresolved, written?.place ?? place, problems);
  return text;
}

function warnUnresolved(
  name: string,
  unresolved: readonly string[],
  place: Place,
  problems: ProblemList,
): void {
  const what = `"${name}" names ${
    quoted(`%${unresolved[0]}%`)
  }, which is not set and stays as it is`;
  problems.warning(place, `${what}; set it for the host, or write the value`);
}

function isUnset(unresolved: readonly string[], name: string): boolean {
  return unresolved.some((other) => other.toUpperCase() === name);
}

function readVariables(section: SectionElement, { expand, problems, place }: AspNetCoreOptions) {
  const seen = new Map<string, Place>();
  const variables: { name: string; value: string }[] = [];
  for (const item of section.children.environmentVariables?.items ?? []) {
    const at = item.settings.name?.place ?? place;
    const name = item.settings.name?.value;
    const value = item.settings.value?.value;
    if (typeof name !== "string" || typeof value !== "string") continue; // reported as missing
    if (name.includes("=")) {
      const right = "a variable's name holds no equals sign";
      problems.error(at, `Invalid environmentVariable name ${quoted(name)}; ${right}`);
    }
    const first = seen.get(name.toUpperCase());
    if (first) {
      const what = `environmentVariable ${quoted(name)} is there already, on line ${first.line}`;
      problems.warning(at, `${what}, and this one counts; remove one`);
    }
    seen.set(name.toUpperCase(), at);
    variables.push({ name, value: expand(value).text });
  }
  return variables;
}

function readRecycleFiles(section: SectionElement, { expand, problems, place }: AspNetCoreOptions) {
  const files: string[] = [];
  for (const { settings } of section.children.recycleOnFileChange?.items ?? []) {
    if (settings.path === undefined) continue; // reported as missing
    const { text, unresolved } = expand(String(settings.path.value));
    if (unresolved.length > 0) {
      warnUnresolved("path", unresolved, settings.path.place ?? place, problems);
    }
    files.push(text);
  }
  return files;
}

function readHandlerSettings(section: SectionElement, { problems, place }: AspNetCoreOptions) {
  const settings: { name: string; value: string }[] = [];
  for (const item of section.children.handlerSettings?.items ?? []) {
    const name = item.settings.name?.value;
    const value = item.settings.value?.value;
    if (typeof name !== "string" || typeof value !== "string") continue; // reported as missing
    settings.push({ name, value });
    judgeHandlerSetting(item, name, value, { problems, place });
  }
  return settings;
}

function judgeHandlerSetting(
  item: SectionElement,
  name: string,
  value: string,
  { problems, place: around }: Pick<AspNetCoreOptions, "problems" | "place">,
): void {
  const place = item.settings.name?.place ?? around;
  const known = HANDLER_SETTINGS.find((one) => one.name.toLowerCase() === name.toLowerCase());
  if (!known) {
    const near = nearest(name, HANDLER_SETTINGS.map((one) => one.name));
    const right = near ? `write "${near}"` : "docs/configuration.md lists those there are";
    problems.warning(place, `Unknown handlerSetting ${quoted(name)} has no effect; ${right}`);
    return;
  }
  const idle = noEffect(known.support);
  if (idle && value.toLowerCase() !== known.default.toLowerCase()) {
    problems.warning(place, `handlerSetting "${known.name}" ${idle}`);
  }
  const reading = known.value && value !== "" ? readValue(known.value, value) : undefined;
  if (reading && "wrong" in reading) {
    const what = `Invalid handlerSetting "${known.name}": ${reading.wrong}; ${reading.right}`;
    problems.error(item.settings.value?.place ?? place, what);
  }
}

function readShutdownDelay(
  section: SectionElement,
  settings: AspNetCoreConfig["handlerSettings"],
  variables: AspNetCoreConfig["environmentVariables"],
  { expand, problems, place }: AspNetCoreOptions,
): number {
  const inherited = expand("%ANCM_shutdownDelay%");
  const own = variables.findLast(({ name }) => name.toLowerCase() === "ancm_shutdowndelay")?.value;
  const text = handlerSetting({ handlerSettings: settings }, "shutdownDelay") ||
    (inherited.unresolved.length === 0 && inherited.text) || own || "1000";
  const reading = readValue(
    { type: "uint", doc: "", unit: "milliseconds", max: MAX_DELAY_MS },
    text,
  );
  if ("value" in reading) return Number(reading.value);
  const written = section.children.handlerSettings?.items.find(({ settings }) =>
    String(settings.name?.value).toLowerCase() === "shutdowndelay"
  );
  const source = written ? 'handlerSetting "shutdownDelay"' : "variable ANCM_shutdownDelay";
  const at = written?.settings.value?.place ?? place;
  // the text of a variable is nobody's business
  const wrong = written ? reading.wrong : "it is no number in range";
  problems.error(at, `Invalid ${source}: ${wrong}; ${reading.right}`);
  return 1000;
}
