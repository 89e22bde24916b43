import { join } from "node:path";
import { type AppFolder, isExecutable, readAppFile } from "./_app_folder.ts";
import { isRecord } from "./_app_look.ts";
import { asArgument } from "./_argument.ts";
import { type ProblemList, quoted } from "./problem.ts";
import { decodeText } from "./text.ts";

/** The command that starts an application whose folder has no web.config. */
export interface InferredCommand {
  readonly processPath: string;
  /** In Windows quoting. */
  readonly arguments: string;
  /** The file it was inferred from. */
  readonly file: string;
}

/** What the name of the file ends with by which a published application is told. */
export const RUNTIME_CONFIG = ".runtimeconfig.json";
const WRITE_ONE = 'or let "ancm-host init" write a web.config';

/**
 * Works out how a published application is started: `App.runtimeconfig.json` names it. One that needs
 * an installed .NET is started as `dotnet ./App.dll`, one that brings its own by its executable. A source tree is started as
 * the launcher variables say.
 *
 * @param environment the host's own
 * @returns undefined when a problem was reported
 */
export async function inferCommand(
  folder: AppFolder,
  environment: Readonly<Record<string, string>>,
  problems: ProblemList,
): Promise<InferredCommand | undefined> {
  const launched = launchedCommand(folder, environment);
  if (launched) return launched;
  const [file, ...others] = folder.files.filter((name) => name.endsWith(RUNTIME_CONFIG));
  if (file === undefined) {
    const what = "Neither a web.config nor a *.runtimeconfig.json in the application folder";
    const right = `serve the folder that dotnet publish makes, ${WRITE_ONE}`;
    problems.error({ file: folder.root }, `${what}; ${right}`);
    return undefined;
  }
  if (others.length > 0) {
    const names = [file, ...others].map((name) => quoted(name)).join(", ");
    const what = `No web.config, and several applications to choose from: ${names}`;
    const right = `write a web.config whose aspNetCore names one, such as ` +
      `processPath="dotnet" arguments=${quoted(`./${appName(file)}.dll`)}`;
    problems.error({ file: folder.root }, `${what}; ${right}`);
    return undefined;
  }
  const command = await publishedCommand(folder, file, problems);
  if (!command) return undefined;
  const line = `${command.processPath} ${command.arguments}`.trim();
  problems.note(
    { file },
    `No web.config: the application is started as ${
      quoted(line)
    }; ${"write a web.config to say otherwise"}`,
  );
  return command;
}

/** @see ANCM C-52 */
function launchedCommand(
  { files }: AppFolder,
  { ANCM_LAUNCHER_PATH: processPath, ANCM_LAUNCHER_ARGS: args = "" }: Readonly<
    Record<string, string>
  >,
): InferredCommand | undefined {
  const file = files.find((name) => /\.(?:cs|fs|vb)proj$/i.test(name));
  return file && processPath ? { processPath, arguments: args, file } : undefined;
}

/**
 * Gives the command that starts the published application of one `App.runtimeconfig.json`.
 *
 * @returns undefined when a problem was reported
 */
export async function publishedCommand(
  folder: AppFolder,
  file: string,
  problems: ProblemList,
): Promise<InferredCommand | undefined> {
  const name = appName(file);
  const isSelfContained = await bringsItsRuntime(join(folder.root, file), file, problems);
  if (isSelfContained === undefined) return undefined;
  if (!isSelfContained) {
    const dll = `${name}.dll`;
    if (folder.files.includes(dll)) {
      return { processPath: "dotnet", arguments: asArgument(`./${dll}`), file };
    }
    const right = `publish the application again, ${WRITE_ONE}`;
    problems.error({ file }, `No ${quoted(dll)} beside ${quoted(file)}; ${right}`);
    return undefined;
  }
  for (const program of [name, `${name}.exe`]) {
    const isOurs = program === name || Deno.build.os === "windows";
    if (isOurs && await isExecutable(folder.root, program)) {
      return { processPath: `./${program}`, arguments: "", file };
    }
  }
  const what = `No executable ${
    quoted(name)
  } for this platform, and the application brings its own .NET`;
  const right = `publish it for this platform and keep the file's executable bit, ${WRITE_ONE}`;
  problems.error({ file }, `${what}; ${right}`);
  return undefined;
}

/** Tells whether the application was published with its runtime; undefined when a problem was reported. */
async function bringsItsRuntime(
  path: string,
  file: string,
  problems: ProblemList,
): Promise<boolean | undefined> {
  const bytes = await readAppFile(path, file, problems);
  const text = bytes && decodeText(bytes, file, problems);
  if (text === undefined) return undefined;
  try {
    const parsed: unknown = JSON.parse(text);
    const options = isRecord(parsed) ? parsed.runtimeOptions : undefined;
    return isRecord(options) && Array.isArray(options.includedFrameworks);
  } catch {
    problems.error({ file }, "Not valid JSON; publish the application again");
    return undefined;
  }
}

function appName(file: string): string {
  return file.slice(0, -RUNTIME_CONFIG.length);
}
