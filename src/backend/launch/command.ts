import { isAbsolute, relative } from "node:path";
import { findBelow, withSlashes } from "../watch/_app_files.ts";
import { findProgram, type ProgramQuestion } from "./_program.ts";
import { findWindowsProgram } from "./_windows_program.ts";
import { splitArguments } from "./windows_arguments.ts";

/** What {@linkcode resolveCommand} needs to know. */
export interface CommandQuestion extends ProgramQuestion {
  /** One string in Windows quoting. */
  readonly arguments: string;
  readonly port: number;
  readonly isWindows: boolean;
}

/** A program and its arguments, ready to be run. */
export interface Command {
  /** Absolute path. */
  readonly path: string;
  /** On Windows one raw string, which the child splits itself. */
  readonly args: readonly string[];
  /** What was done otherwise than web.config says, one sentence each. */
  readonly notes: readonly string[];
}

/**
 * Makes `processPath` and `arguments` into what this system can run.
 *
 * @throws {StartFault} start-no-program where there is no such program
 * @see ANCM C-53 … C-56
 */
export async function resolveCommand(question: CommandQuestion): Promise<Command> {
  const text = withPort(question.arguments, question.port);
  if (question.isWindows) {
    const path = await findWindowsProgram(question);
    return { path, args: text === "" ? [] : [text], notes: [] };
  }
  const { path, leading, notes } = await findProgram(question);
  const own = await Promise.all(
    splitArguments(text).map((argument) => asPathHere(argument, question.root)),
  );
  return { path, args: [...leading, ...own], notes };
}

/** Fills in the port, so that a program which reads no environment can be told. */
export function withPort(text: string, port: number): string {
  return text.replace(/%(ASPNETCORE_PORT|PORT|HTTP_PLATFORM_PORT)%/gi, String(port));
}

/**
 * Turns backslashes into slashes where the application folder holds what the argument then names, whatever its case;
 * also behind the `=` of an option. Everything else stays as written.
 */
async function asPathHere(argument: string, root: string): Promise<string> {
  const [option, value] = optionAndValue(argument);
  if (!value.includes("\\") && !/\.dll$/i.test(value)) return argument;
  const path = withSlashes(value);
  if (isAbsolute(path) || /^[A-Za-z]:/.test(path)) return argument;
  const found = await findBelow(root, path);
  if (found === undefined || found === root) return argument;
  const prefix = path.startsWith("./") ? "./" : "";
  const folderMark = path.endsWith("/") ? "/" : "";
  return option + prefix + relative(root, found) + folderMark;
}

function optionAndValue(argument: string): [option: string, value: string] {
  const [, option = "", value = argument] = /^(--?[\w:.-]+=)(.*)$/s.exec(argument) ?? [];
  return [option, value];
}
