import { fileURLToPath } from "node:url";
import { hasDotnet, publishedApp } from "../tests/support/dotnet.ts";
import { freePort } from "./free_port.ts";
import { HttpConnection } from "./http_client.ts";
import { atStop, signal } from "./stopping.ts";
import { tool } from "./tool.ts";

/** The executable that is measured: `ANCM_HOST_EXE`, else the one that the build before the benches makes. */
export const EXECUTABLE: string = Deno.env.get("ANCM_HOST_EXE") ??
  fileURLToPath(new URL("../dist/test/ancm-host", import.meta.url));

const START_LIMIT_MS = 60_000;
const STOP_LIMIT_MS = 20_000;
const KEPT_OUTPUT_CHARS = 4_000;

/** A server under measurement; stopped when it goes out of scope. */
export interface Program extends AsyncDisposable {
  readonly port: number;
  readonly pid: number;
  /** Whether it has ended by itself. */
  hasEnded(): boolean;
  /** The end of what it wrote. */
  output(): string;
}

/** How to start a program that listens. */
export interface ProgramOptions {
  readonly args: readonly string[];
  readonly cwd: string;
  readonly port: number;
  readonly env?: Readonly<Record<string, string>>;
}

/** Gives the folder of the published example app; ends the bench where there is no dotnet. */
export async function exampleApp(): Promise<string> {
  if (!hasDotnet) {
    // deno-lint-ignore no-console -- a bench prints its answer
    console.log("  skipped: no dotnet on this machine");
    Deno.exit(0);
  }
  return await publishedApp("example");
}

/** Tells whether `ancm-host help` names an option. */
export async function hostKnows(option: string): Promise<boolean> {
  const help = await tool(EXECUTABLE, ["help"], 10_000);
  return help?.text.includes(option) ?? false;
}

/** Starts the compiled host over an app; returns before it listens. */
export function startHost(appDir: string, args: readonly string[] = []): Program {
  const port = freePort();
  const options = ["--listen", `http://127.0.0.1:${port}`, "--drain-time", "2"];
  return startProgram(EXECUTABLE, {
    args: ["run", appDir, ...options, "--log-level", "warning", ...args],
    cwd: appDir,
    port,
  });
}

/** Starts the app by itself, on Kestrel; returns before it listens. */
export function startKestrel(appDir: string): Program {
  const port = freePort();
  const env = { ASPNETCORE_URLS: `http://127.0.0.1:${port}` };
  return startProgram("dotnet", { args: ["ExampleApp.dll"], cwd: appDir, port, env });
}

/** Starts a program; returns before it listens. @throws {Deno.errors.NotFound} when it is not installed */
export function startProgram(path: string, options: ProgramOptions): Program {
  const child = new Deno.Command(path, {
    args: [...options.args],
    cwd: options.cwd,
    env: { ...options.env },
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  atStop().programs.add(child);
  let text = "";
  let hasEnded = false;
  child.status.then(() => hasEnded = true);
  const drained = keep(child.stderr, (more) => text = (text + more).slice(-KEPT_OUTPUT_CHARS));
  return {
    port: options.port,
    pid: child.pid,
    hasEnded: () => hasEnded,
    output: () => text,
    [Symbol.asyncDispose]: () => stop(child, drained),
  };
}

/** Waits for the program to take a connection, and gives one. */
export async function connected(
  program: Program,
  path: string,
  pollMs: number,
  fields: Readonly<Record<string, string>> = {},
): Promise<HttpConnection> {
  const deadline = performance.now() + START_LIMIT_MS;
  while (true) {
    try {
      return await HttpConnection.open(program.port, path, fields);
    } catch (error) {
      if (!(error instanceof Deno.errors.ConnectionRefused)) throw error;
      if (program.hasEnded() || performance.now() > deadline) {
        throw new Error(`Nobody listens on port ${program.port}: ${program.output()}`);
      }
    }
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}

async function stop(child: Deno.ChildProcess, drained: Promise<void>): Promise<void> {
  const timer = setTimeout(() => signal(child, "SIGKILL"), STOP_LIMIT_MS);
  signal(child, "SIGTERM");
  await child.status;
  atStop().programs.delete(child);
  clearTimeout(timer);
  await drained;
}

async function keep(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  take: (text: string) => void,
): Promise<void> {
  for await (const text of stream.pipeThrough(new TextDecoderStream())) take(text);
}
