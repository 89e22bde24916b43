import { fileURLToPath } from "node:url";
import { hasDotnet, publishedApp } from "../tests/support/dotnet.ts";
import { HttpConnection } from "./http_client.ts";

const EXECUTABLE = Deno.env.get("ANCM_HOST_EXE") ??
  fileURLToPath(new URL("../dist/test/ancm-host", import.meta.url));

const START_LIMIT_MS = 60_000;
const STOP_LIMIT_MS = 20_000;

/** A server under measurement; stopped when it goes out of scope. */
export interface Program extends AsyncDisposable {
  readonly port: number;
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

/** Starts the compiled host over an app; returns before it listens. */
export function startHost(appDir: string, args: readonly string[] = []): Program {
  const port = freePort();
  const listen = `http://127.0.0.1:${port}`;
  return program(EXECUTABLE, ["run", appDir, "--listen", listen, ...args], appDir, port);
}

/** Starts the app by itself, on Kestrel; returns before it listens. */
export function startKestrel(appDir: string): Program {
  const port = freePort();
  const env = { ASPNETCORE_URLS: `http://127.0.0.1:${port}` };
  return program("dotnet", ["ExampleApp.dll"], appDir, port, env);
}

/** Waits for the program to take a connection, and gives one. */
export async function connected(
  { port }: Program,
  path: string,
  pollMs: number,
): Promise<HttpConnection> {
  const deadline = performance.now() + START_LIMIT_MS;
  while (true) {
    try {
      return await HttpConnection.open(port, path);
    } catch (error) {
      if (!(error instanceof Deno.errors.ConnectionRefused)) throw error;
      if (performance.now() > deadline) throw new Error(`Nobody listens on port ${port}`);
    }
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}

function program(
  path: string,
  args: string[],
  cwd: string,
  port: number,
  env: Record<string, string> = {},
): Program {
  const child = new Deno.Command(path, {
    args,
    cwd,
    env,
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  return {
    port,
    async [Symbol.asyncDispose]() {
      const timer = setTimeout(() => child.kill("SIGKILL"), STOP_LIMIT_MS);
      child.kill("SIGTERM");
      await child.status;
      clearTimeout(timer);
    },
  };
}

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}
