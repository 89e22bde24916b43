import { isPrivateFolder } from "../backend/custody/runtime_folder.ts";
import type { HostStatus } from "../contract/host_status.ts";
import { type ControlAnswer, controlRequest } from "../gateway/control_request.ts";
import { type CommandLine, optionOf } from "./arguments.ts";
import { type Console, EXIT } from "./console.ts";
import { type ControlPlace, controlPlaces } from "./control_place.ts";
import { hostStatusIn } from "./host_status.ts";
import { readTokenFile } from "./token_file.ts";

/** What a command asks of a running host cannot be had. */
export class ControlFailure extends Error {
  override readonly name = "ControlFailure";
  /** How the program ends. */
  readonly exitCode: number;

  /** @param message what cannot be had, and what would be right */
  constructor(exitCode: number, message: string) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** A host that runs and answers. */
export interface RunningHost {
  readonly place: ControlPlace;
  /** How it was when it was found. */
  readonly status: HostStatus;
  /** Asks it something else. @throws the reason of the signal with which it was found */
  ask(method: "GET" | "POST", target: string): Promise<ControlAnswer>;
}

/**
 * Does a command that talks to a running host, within `--timeout`, and gives its exit code.
 *
 * @param usualS seconds where no time is named
 */
export async function controlled(
  line: CommandLine,
  usualS: number,
  console: Console,
  command: (signal: AbortSignal) => Promise<number>,
): Promise<number> {
  const limitS = Number(optionOf(line, "timeout") ?? usualS);
  const signal = AbortSignal.timeout(limitS * 1_000);
  try {
    return await command(signal);
  } catch (error) {
    if (error instanceof ControlFailure) {
      console.error(`ancm-host: ${error.message}`);
      return error.exitCode;
    }
    if (!signal.aborted || error !== signal.reason) throw error;
    console.error(
      `ancm-host: Not done within ${limitS} s, and may go on; ` +
        `"ancm-host status" tells, and --timeout waits longer`,
    );
    return EXIT.unfinished;
  }
}

/**
 * Finds the host that serves the folder of the command line, or the one that `--admin` names.
 *
 * @throws {ControlFailure} when none answers
 * @throws {UsageError} when the command line names no place where one could be
 */
export async function findHost(
  line: CommandLine,
  environment: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<RunningHost> {
  const places = await controlPlaces(line, environment);
  const file = optionOf(line, "admin-token-file");
  const token = file === undefined ? undefined : await readTokenFile(file);
  const missed: string[] = [];
  for (const place of places) {
    const ask = async (method: "GET" | "POST", target: string): Promise<ControlAnswer> => {
      if (place.folder === undefined || await isPrivateFolder(place.folder)) {
        return await controlRequest(place.address, { method, target, token }, signal);
      }
      return { at: "absent", why: "there is no such folder, or others may enter it" };
    };
    const answer = await ask("GET", "/status");
    if (answer.at !== "absent") return { place, status: statusOf(place, answer), ask };
    missed.push(`"${place.url}" (${answer.why})`);
  }
  throw new ControlFailure(EXIT.unavailable, absence(line, missed));
}

/**
 * Gives the text of an answer.
 *
 * @param statuses that say it is the one that was asked for
 * @throws {ControlFailure} when it is another
 */
export function textOf(
  place: ControlPlace,
  answer: ControlAnswer,
  statuses: readonly number[],
): string {
  if (answer.at !== "answered") {
    throw new ControlFailure(
      EXIT.bug,
      `The host at "${place.url}" gave no whole answer: ${answer.why}`,
    );
  }
  if (statuses.includes(answer.status)) return answer.text;
  const text = printable(answer.text.trim()).slice(0, 500);
  throw new ControlFailure(EXIT.bug, `"${place.url}" answered ${answer.status}: ${text}`);
}

/** Takes out what a terminal would obey. */
export function printable(text: string): string {
  // deno-lint-ignore no-control-regex -- they are what must not be there
  return text.replace(/[\x00-\x1f\x7f-\x9f]+/g, " ");
}

function statusOf(place: ControlPlace, answer: ControlAnswer): HostStatus {
  const status = hostStatusIn(textOf(place, answer, [200]));
  if (status) return status;
  throw new ControlFailure(
    EXIT.bug,
    `What answers at "${place.url}" is no ancm-host, or one of another version`,
  );
}

function absence(line: CommandLine, missed: readonly string[]): string {
  const named = optionOf(line, "admin") !== undefined;
  const places = `looked at ${missed.join(" and ")}`;
  if (named) return `No host runs there: ${places}; --admin takes what "run" was given`;
  return `No host of this user runs for "${line.appDir}": ${places}; ` +
    `start one with "ancm-host run", or name another folder or --admin URL`;
}
