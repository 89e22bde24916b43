import { createHash } from "node:crypto";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const REPOSITORY = fileURLToPath(new URL("../../", import.meta.url));

/** The ASP.NET Core apps that tests publish, and where their sources are. */
const APPS = {
  example: "examples/aspnetcore",
  slim: "tests/e2e/apps/slim",
  classic: "tests/e2e/apps/classic",
} as const;

/** Name of one of the apps. */
export type AppName = keyof typeof APPS;

/** Runtime identifiers that tests publish for; absent is the portable output. */
export type Runtime = "linux-x64" | "win-x64";

/** Whether this machine can publish the apps: it has a .NET SDK that knows `net10.0`. */
export const hasDotnet: boolean = listSdks().some((version) => parseInt(version) >= 10);

/** Registers a test that needs a published app; without dotnet it is skipped, and one line says so. */
export function dotnetTest(name: string, fn: (t: Deno.TestContext) => Promise<void>): void {
  if (!hasDotnet) {
    const line = `skipped: ${name}: no dotnet on this machine\n`;
    Deno.stdout.writeSync(new TextEncoder().encode(line));
  }
  Deno.test({ name, fn, ignore: !hasDotnet });
}

/**
 * Publishes an app once for its present sources and gives the folder, which nobody may change.
 * Test processes that want the same app at the same time wait for the one that publishes it.
 */
export async function publishedApp(app: AppName, runtime?: Runtime): Promise<string> {
  const sources = join(REPOSITORY, APPS[app]);
  const cache = join(REPOSITORY, ".cache/e2e");
  const key = `${app}-${runtime ?? "portable"}-${await hashOf(sources)}`;
  const published = join(cache, key);
  await Deno.mkdir(cache, { recursive: true });
  using lock = await Deno.open(join(cache, `${key}.lock`), { create: true, write: true });
  await lock.lock(true);
  if (!await exists(published)) await publish(sources, published, runtime);
  return published;
}

async function publish(sources: string, published: string, runtime?: Runtime): Promise<void> {
  const work = await Deno.makeTempDir({ prefix: "ancm-host-publish-" });
  try {
    // The build writes beside the project, so that two of one project need two copies.
    await copyFolder(sources, join(work, "source"));
    const part = `${published}.part`;
    if (await exists(part)) await Deno.remove(part, { recursive: true });
    const target = runtime ? ["-r", runtime, "--self-contained", "false"] : [];
    const { success, stdout } = await new Deno.Command("dotnet", {
      args: ["publish", "-c", "Release", "-o", part, ...target],
      cwd: join(work, "source"),
      env: { DOTNET_CLI_TELEMETRY_OPTOUT: "1", DOTNET_NOLOGO: "1" },
      stderr: "inherit",
    }).output();
    if (!success) {
      throw new Error(`Cannot publish ${sources}:\n${new TextDecoder().decode(stdout)}`);
    }
    await Deno.rename(part, published);
  } finally {
    await Deno.remove(work, { recursive: true });
  }
}

/** Copies a folder with everything in it; build output (`bin`, `obj`) stays behind. */
export async function copyFolder(from: string, to: string): Promise<void> {
  for await (const file of filesOf(from)) {
    const target = join(to, relative(from, file));
    await Deno.mkdir(join(target, ".."), { recursive: true });
    await Deno.copyFile(file, target);
  }
}

async function* filesOf(folder: string): AsyncGenerator<string> {
  for await (const entry of Deno.readDir(folder)) {
    const path = join(folder, entry.name);
    if (entry.isFile) yield path;
    else if (entry.isDirectory && !["bin", "obj"].includes(entry.name)) yield* filesOf(path);
  }
}

async function hashOf(folder: string): Promise<string> {
  const hash = createHash("sha256");
  const files = await Array.fromAsync(filesOf(folder));
  for (const file of files.sort()) {
    hash.update(`${relative(folder, file)}\0`).update(await Deno.readFile(file));
  }
  return hash.digest("hex").slice(0, 12);
}

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}

function listSdks(): string[] {
  try {
    const { stdout } = new Deno.Command("dotnet", { args: ["--list-sdks"] }).outputSync();
    return new TextDecoder().decode(stdout).split("\n").filter((line) => line !== "");
  } catch {
    return [];
  }
}
