import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { HostLog } from "./executable_log.ts";
import { descendantsOf, isRunning } from "./executable_processes.ts";
import { until, within } from "./executable_wait.ts";

/** The executable under test: `ANCM_HOST_EXE`, else the one that the build before the tests makes. */
export const EXECUTABLE: string = Deno.env.get("ANCM_HOST_EXE") ??
  fileURLToPath(new URL("../../dist/test/ancm-host", import.meta.url));

/** How to run the executable. */
export interface RunOptions {
  /** APP_DIR, exactly as it is put on the command line. */
  readonly dir: string;
  /** More options. */
  readonly args?: readonly string[];
  /** Added to the few variables that the host is given. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** How a command ended. */
export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command of the executable to its end. */
export async function runCommand(args: readonly string[], cwd?: string): Promise<CommandResult> {
  await using folder = await tempFolder();
  const command = new Deno.Command(EXECUTABLE, {
    args: [...args],
    clearEnv: true,
    env: basicEnvironment(folder.path),
    ...(cwd === undefined ? {} : { cwd }),
  });
  const { code, stdout, stderr } = await within(`the end of ${args[0]}`, command.output());
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

/** Starts the host on a free port of the loopback address and waits until it listens. */
export async function runHost(options: RunOptions): Promise<RunningHost> {
  await using cleanup = new AsyncDisposableStack();
  const folder = cleanup.use(await tempFolder());
  const readyFile = join(folder.path, "ready.json");
  const child = new Deno.Command(EXECUTABLE, {
    args: [
      "run",
      options.dir,
      "--listen",
      "http://127.0.0.1:0",
      "--ready-file",
      readyFile,
      ...options.args ?? [],
    ],
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    clearEnv: true,
    env: { ...basicEnvironment(folder.path), ...options.env },
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  }).spawn();
  const host = new RunningHost(child, cleanup.move());
  try {
    await host.listens(readyFile);
    return host;
  } catch (error) {
    await host[Symbol.asyncDispose]();
    throw error;
  }
}

/** A host that runs. Ends, with everything it started, when it goes out of scope. */
export class RunningHost {
  /** Where it listens, without a slash at the end. */
  url = "";
  readonly pid: number;
  readonly log: HostLog;
  readonly #child: Deno.ChildProcess;
  readonly #cleanup: AsyncDisposable;
  #ended: Deno.CommandStatus | undefined;

  /** @param cleanup what to dispose of once the host has ended */
  constructor(child: Deno.ChildProcess, cleanup: AsyncDisposable) {
    this.#child = child;
    this.#cleanup = cleanup;
    this.pid = child.pid;
    this.log = new HostLog(child.stderr);
    child.status.then((status) => this.#ended = status);
    child.stdout.pipeTo(new WritableStream()).catch(() => {});
  }

  /** Waits for the ready file and takes the address from it. */
  async listens(readyFile: string): Promise<void> {
    const text = await until("the ready file", () => {
      if (this.#ended) throw new Error(`The host ended, ${this.#ended.code}:\n${this.log.text}`);
      return Deno.readTextFile(readyFile).catch(() => undefined);
    });
    this.url = new URL(JSON.parse(text).urls[0]).origin;
  }

  /** Sends a request to the host; its content must be read or cancelled. */
  request(path: string, init?: RequestInit): Promise<Response> {
    return within(`the answer to ${path}`, fetch(`${this.url}${path}`, init));
  }

  /** Sends a request and gives status and text of the answer. */
  async text(path: string, init?: RequestInit): Promise<{ status: number; text: string }> {
    const response = await this.request(path, init);
    return { status: response.status, text: await response.text() };
  }

  /** Asks the example app for JSON. */
  async json<T>(path: string, init?: RequestInit): Promise<T> {
    const { status, text } = await this.text(path, init);
    if (status !== 200) throw new Error(`${path} gave ${status}: ${text}\n${this.log.text}`);
    return JSON.parse(text);
  }

  /** Sends a signal, waits for the end, and gives the exit code once the log is complete. */
  async stop(signal: Deno.Signal = "SIGTERM"): Promise<number> {
    if (!this.#ended) this.#child.kill(signal);
    return await this.end();
  }

  /** Waits for the end, whatever brings it about, and gives the exit code once the log is complete. */
  async end(): Promise<number> {
    const { code } = await within("the host's end", this.#child.status);
    await within("the end of the log", this.log.ended);
    return code;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const started = this.#ended ? [] : await descendantsOf(this.pid);
    try {
      await this.stop();
    } finally {
      // What a failing host leaves behind must not disturb the next test.
      if (!this.#ended) this.#child.kill("SIGKILL");
      for (const pid of started) if (await isRunning(pid)) Deno.kill(pid, "SIGKILL");
      await this.#child.status;
      await this.#cleanup[Symbol.asyncDispose]();
    }
  }
}

/** A folder that is removed when it goes out of scope. */
export interface TempFolder extends AsyncDisposable {
  /** Absolute, links resolved. */
  readonly path: string;
}

/** Makes a folder for one test. */
export async function tempFolder(): Promise<TempFolder> {
  const path = await Deno.realPath(await Deno.makeTempDir({ prefix: "ancm-host-e2e-" }));
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}

/** Only what any program needs: what the tester's shell has set must decide nothing. */
function basicEnvironment(temporary: string): Record<string, string> {
  const kept = ["PATH", "HOME", "DOTNET_ROOT", "TMPDIR"].flatMap((name) => {
    const value = Deno.env.get(name);
    return value === undefined ? [] : [[name, value] as const];
  });
  return { ...Object.fromEntries(kept), XDG_RUNTIME_DIR: temporary };
}
