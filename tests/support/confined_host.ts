import { join } from "node:path";
import { EXECUTABLE, RunningHost, type TempFolder, tempFolder } from "./executable.ts";

/** How {@linkcode confinedHost} runs. */
export interface ConfinedOptions {
  /** The command that runs the executable, up to its own arguments. */
  readonly command: readonly string[];
  /** APP_DIR, as the host sees it. */
  readonly dir: string;
  /** A folder for the ready file: as this process sees it, and as the host does. */
  readonly ready: { readonly here: string; readonly there: string };
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts the executable by another command, such as `chroot`, and waits until it listens. */
export async function confinedHost(options: ConfinedOptions): Promise<RunningHost> {
  const { command: [program = "", ...before], dir, ready, env = {} } = options;
  const listening = ["--listen", "http://127.0.0.1:0"];
  const child = new Deno.Command(program, {
    args: [...before, "run", dir, ...listening, "--ready-file", join(ready.there, "ready.json")],
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    clearEnv: true,
    env: { PATH: Deno.env.get("PATH") ?? "", ...env },
  }).spawn();
  const host = new RunningHost(child, { [Symbol.asyncDispose]: () => Promise.resolve() });
  try {
    await host.listens(join(ready.here, "ready.json"));
    return host;
  } catch (error) {
    await host[Symbol.asyncDispose]();
    throw error;
  }
}

/** Makes a folder that holds the executable with the libraries it needs, and nothing else: no shell. */
export async function bareRoot(): Promise<TempFolder> {
  const root = await tempFolder();
  const { stdout } = await new Deno.Command("ldd", { args: [EXECUTABLE] }).output();
  const libraries = new TextDecoder().decode(stdout).match(/\/\S+/g) ?? [];
  for (const path of libraries) await copyInto(root.path, path, path);
  await copyInto(root.path, EXECUTABLE, "/ancm-host");
  for (const name of ["tmp", "dev", "proc"]) await Deno.mkdir(join(root.path, name));
  await Deno.writeTextFile(join(root.path, "dev/null"), "", { mode: 0o666 });
  return root;
}

async function copyInto(root: string, from: string, to: string): Promise<void> {
  const target = join(root, to);
  await Deno.mkdir(join(target, ".."), { recursive: true });
  await Deno.copyFile(from, target);
}

/** Tells whether a command ends well here: some systems do not allow namespaces. */
export async function isAllowed(command: readonly string[]): Promise<boolean> {
  const [program = "", ...args] = command;
  try {
    return (await new Deno.Command(program, { args }).output()).success;
  } catch {
    return false;
  }
}

/** Defines a test, or says in one line that it cannot be run here. */
export function confinedTest(name: string, isPossible: boolean, test: () => Promise<void>): void {
  // deno-lint-ignore no-console -- whoever runs the tests is to know what was not tested
  if (!isPossible) console.log(`Not tested, as this system does not allow it: ${name}`);
  Deno.test(name, { ignore: !isPossible }, test);
}
