import { fileURLToPath } from "node:url";

/** The folder of the project, with a trailing separator. */
export const PROJECT_DIR = fileURLToPath(new URL("../", import.meta.url));

/**
 * What Deno is told wherever it may fetch packages: those of the lock file and no others.
 * Not in deno.json: `deno task` would then fetch them itself, before the task has said which
 * certificates to trust.
 */
export const LOCKED: readonly string[] = ["--lock=deno.lock", "--frozen"];

/** What {@linkcode runChild} needs beside the program. */
export interface ChildOptions {
  readonly args: readonly string[];
  /** The child is stopped after that many milliseconds. */
  readonly limitMs: number;
  /** Added to the inherited environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** @default the project's folder */
  readonly cwd?: string;
}

/** How a child ended. */
export interface ChildResult {
  /** Its exit code; 124 when it was stopped at its limit. */
  readonly code: number;
  /** What it wrote to standard output. */
  readonly stdout: string;
  /** What it wrote to both standard output and standard error, in the order it arrived. */
  readonly output: string;
}

/** How long a child has after SIGTERM, and its pipes after its end, in milliseconds. */
const GRACE_MS = 5_000;

/** The exit code that timeout(1) has made customary. */
const TIMED_OUT = 124;

/**
 * Runs a program to its end without standard input, and gives what it wrote.
 *
 * @throws {Deno.errors.NotFound} when there is no such program
 */
export async function runChild(program: string, options: ChildOptions): Promise<ChildResult> {
  const child = new Deno.Command(program, {
    args: [...options.args],
    cwd: options.cwd ?? PROJECT_DIR,
    env: { NO_COLOR: "1", ...options.env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const written = { stdout: "", output: "" };
  const abandoned = new AbortController();
  const pipes = Promise.all([
    drain(child.stdout, abandoned.signal, (text) => {
      written.stdout += text;
      written.output += text;
    }),
    drain(child.stderr, abandoned.signal, (text) => written.output += text),
  ]);
  const { code, timedOut } = await ended(child, options.limitMs);
  // A grandchild that was left behind may hold the pipes open for ever.
  const timer = setTimeout(() => abandoned.abort(), GRACE_MS);
  await pipes;
  clearTimeout(timer);
  if (timedOut) written.output += `\nStopped after ${options.limitMs / 1000} s\n`;
  return { code: timedOut ? TIMED_OUT : code, ...written };
}

async function ended(child: Deno.ChildProcess, limitMs: number) {
  let timedOut = false;
  const timers = [
    setTimeout(() => {
      timedOut = true;
      child.kill("SIGTERM");
    }, limitMs),
    setTimeout(() => child.kill("SIGKILL"), limitMs + GRACE_MS),
  ];
  try {
    return { code: (await child.status).code, timedOut };
  } finally {
    timers.forEach(clearTimeout);
  }
}

/** Reads to the end, or until the pipe is abandoned. */
async function drain(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  signal: AbortSignal,
  take: (text: string) => void,
) {
  try {
    for await (const text of stream.pipeThrough(new TextDecoderStream(), { signal })) take(text);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
