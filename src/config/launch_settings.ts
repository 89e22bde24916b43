import { join } from "node:path";
import { isRecord } from "./_app_look.ts";
import { parseCommentedJson } from "./commented_json.ts";
import { expander } from "./expand.ts";

/** A profile of `Properties/launchSettings.json`: how a .NET application is started for development. */
export interface LaunchProfile {
  /** Its key in the file. */
  readonly name: string;
  /** `%NAME%` in the values expanded. */
  readonly environmentVariables: Readonly<Record<string, string>>;
  /** Where it wants to be served, as `--listen` takes it. */
  readonly urls: readonly string[];
  /** More arguments of the program, one string. */
  readonly commandLineArgs: string;
}

/** Where the profiles are, below the application folder. */
export const LAUNCH_SETTINGS = "Properties/launchSettings.json";
/** The name that stands for no profile at all, unless a profile has it. */
const NO_PROFILE = "none";

/** A profile was asked for that cannot be had. The message says which there are. */
export class LaunchProfileError extends Error {
  /** For whoever prints it. */
  override readonly name = "LaunchProfileError";
}

/** What {@linkcode readLaunchProfile} needs to know. */
export interface LaunchQuestion {
  /** The application folder. */
  readonly appDir: string;
  /** As it was asked for. @default the first whose commandName is Project */
  readonly name?: string | undefined;
  /** In which `%NAME%` is looked up. */
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * Reads a launch profile: the named one, else the first that starts the project, as `dotnet run` takes it. The profile of IIS
 * Express has its addresses in `iisSettings`.
 *
 * @returns undefined where none was asked for, and none is there
 * @throws {LaunchProfileError} where the named one is not there, or the file cannot be read
 */
export async function readLaunchProfile(
  question: LaunchQuestion,
): Promise<LaunchProfile | undefined> {
  const { name } = question;
  const settings = await readSettings(join(question.appDir, LAUNCH_SETTINGS));
  const profiles = isRecord(settings?.profiles) ? settings.profiles : {};
  const found = findProfile(profiles, name);
  if (found) return profileOf(found, settings ?? {}, question);
  if (name === undefined || name.toLowerCase() === NO_PROFILE) return undefined;
  const names = Object.keys(profiles).map((one) => `"${one}"`).join(", ");
  const right = names === "" ? `${LAUNCH_SETTINGS} has none` : `${LAUNCH_SETTINGS} has ${names}`;
  throw new LaunchProfileError(`No launch profile "${name}": ${right}`);
}

async function readSettings(file: string): Promise<Readonly<Record<string, unknown>> | undefined> {
  let text: string;
  try {
    text = await Deno.readTextFile(file);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) {
      return undefined;
    }
    throw new LaunchProfileError(`Cannot read "${file}": ${messageOf(error)}`);
  }
  try {
    const parsed = parseCommentedJson(text);
    if (isRecord(parsed)) return parsed;
  } catch {
    // Told below.
  }
  throw new LaunchProfileError(
    `Cannot read "${file}": it is no JSON object; correct it, or move it away`,
  );
}

type Profiles = Readonly<Record<string, unknown>>;

function findProfile(
  profiles: Profiles,
  name: string | undefined,
): readonly [name: string, profile: Profiles] | undefined {
  const all = Object.entries(profiles).filter((entry): entry is [string, Profiles] =>
    isRecord(entry[1])
  );
  if (name === undefined) return all.find(([, { commandName }]) => commandName === "Project");
  return all.find(([one]) => one === name) ??
    all.find(([one]) => one.toLowerCase() === name.toLowerCase());
}

function profileOf(
  [name, profile]: readonly [name: string, profile: Profiles],
  settings: Profiles,
  { environment }: LaunchQuestion,
): LaunchProfile {
  const expand = expander(environment);
  const variables = Object.entries(membersOf(profile.environmentVariables)).flatMap(
    ([name, value]) => typeof value === "string" ? [[name, expand(value).text] as const] : [],
  );
  const args = profile.commandLineArgs;
  return {
    name,
    environmentVariables: Object.fromEntries(variables),
    urls: profile.commandName === "IISExpress" ? iisExpressUrls(settings) : urlsOf(profile),
    commandLineArgs: typeof args === "string" ? args.trim() : "",
  };
}

function urlsOf({ applicationUrl }: Profiles): string[] {
  if (typeof applicationUrl !== "string") return [];
  return applicationUrl.split(";").map((url) => url.trim().replace(/\/$/, ""))
    .filter((url) => url !== "");
}

function iisExpressUrls({ iisSettings }: Profiles): string[] {
  const express = membersOf(membersOf(iisSettings).iisExpress);
  const { sslPort } = express;
  const isSecured = typeof sslPort === "number" && sslPort > 0;
  return [...urlsOf(express), ...(isSecured ? [`https://localhost:${sslPort}`] : [])];
}

function membersOf(value: unknown): Profiles {
  return isRecord(value) ? value : {};
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
