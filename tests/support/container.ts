/** A container without an engine: the last stage of a Containerfile in a root folder and namespaces of its own. */
import { dirname, join } from "node:path";
import type { Stage } from "./containerfile.ts";
import { type TempFolder, tempFolder } from "./executable.ts";
import { HostLog } from "./executable_log.ts";
import { descendantsOf } from "./executable_processes.ts";
import { until, within } from "./executable_wait.ts";

/** What {@linkcode runContainer} needs. */
export interface ContainerOptions {
  readonly stage: Stage;
  /** What the other stages made: by `STAGE:PATH`, where it lies here. */
  readonly products: Readonly<Record<string, string>>;
  /** Folders of this machine that are seen there, read-only: by their path there. As `--volume` gives them. */
  readonly volumes: Readonly<Record<string, string>>;
  /** Files of this machine that the base image has, too. */
  readonly base: readonly string[];
  /** What is empty and can be written to: by its path, its mode, octal. @default `/tmp` as any engine has it */
  readonly memory?: Readonly<Record<string, string>>;
  /** Set besides what the image sets, and stronger. */
  readonly env?: Readonly<Record<string, string>>;
}

const PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** Where the container listens besides its loopback address: for documentation, so nobody else's. */
export const ADDRESS = "192.0.2.1";

/**
 * Mounts what a runtime mounts, as root of a mount namespace: volumes, empty folders, /dev, and the root itself
 * read-only. Then the program begins as process 1, as the user that the image names, without any
 * capability and without a way to get one.
 */
const SETUP = `
root=$1 user=$2 group=$3 folder=$4; shift 4
ip link set lo up
ip address add ${ADDRESS}/32 dev lo
mount --bind "$root" "$root"
while [ "$1" != -- ]; do
  case $1 in
  memory) mount -t tmpfs -o "mode=$2,nosuid,nodev" tmpfs "$root$3" ;;
  *) mount --rbind -o ro "$2" "$root$3" ;;
  esac
  shift 3
done
shift
for one in null zero full random urandom; do mount --bind "/dev/$one" "$root/dev/$one"; done
mount -o remount,bind,ro "$root"
exec setpriv --no-new-privs unshare --pid --ipc --uts --fork --kill-child --mount-proc \\
  --root "$root" --wd "$folder" --setgid "$group" --setuid "$user" -- "$@"
`;

const NAMESPACES = ["unshare", "--mount", "--net", "--propagation", "private"];

/** A command that ends well only where all of this is allowed. Needs root. */
export const NEEDED: readonly string[] = [
  ...NAMESPACES,
  ...["sh", "-ec"],
  "ip link set lo up; mount -t tmpfs tmpfs /mnt; setpriv --no-new-privs unshare --pid --fork --mount-proc true",
];

/** Makes the root folder that the stage describes, and runs its program there. */
export async function runContainer(options: ContainerOptions): Promise<Container> {
  await using cleanup = new AsyncDisposableStack();
  const root = cleanup.use(await tempFolder());
  const mounts = await fillRoot(root, options);
  const { stage } = options;
  const [user = "", group = ""] = stage.user.split(":");
  const child = new Deno.Command("unshare", {
    args: [
      ...NAMESPACES.slice(1),
      ...["sh", "-ec", SETUP, "setup", root.path, user, group, stage.workdir],
      ...[...mounts.flat(), "--", ...stage.entrypoint, ...stage.cmd],
    ],
    stdin: "null",
    stdout: "null",
    stderr: "piped",
    clearEnv: true,
    env: environmentOf(options),
  }).spawn();
  return new Container(child, options, cleanup.move());
}

/** Copies what is small, and says what of the rest has to be mounted, and where. */
async function fillRoot(root: TempFolder, options: ContainerOptions): Promise<string[][]> {
  const { stage, products, volumes, base, memory = { "/tmp": "1777" } } = options;
  const at = (path: string) => join(root.path, path);
  await Deno.chmod(root.path, 0o755);
  for (const folder of ["proc", "dev", stage.workdir]) {
    await Deno.mkdir(at(folder), { recursive: true });
  }
  for (const device of ["null", "zero", "full", "random", "urandom"]) {
    await Deno.writeTextFile(at(`dev/${device}`), "");
  }
  for (const file of base) await copyInto(file, at(file));
  const mounts: string[][] = Object.entries(memory).map(([path, mode]) => ["memory", mode, path]);
  for (const { from, sources, target } of stage.copies) {
    for (const source of sources) {
      const product = products[`${from}:${source}`];
      if (product === undefined) throw new Error(`Nothing stands for "${from}:${source}"`);
      const isFolder = (await Deno.stat(product)).isDirectory;
      const path = target.startsWith("/") ? target : join(stage.workdir, target);
      if (isFolder) mounts.push(["bind", product, path]);
      else await copyInto(product, at(path));
    }
  }
  for (const [target, folder] of Object.entries(volumes)) mounts.push(["bind", folder, target]);
  for (const [, , target = ""] of mounts) await Deno.mkdir(at(target), { recursive: true });
  return mounts;
}

function environmentOf({ stage, env }: ContainerOptions): Record<string, string> {
  return { PATH, ...stage.env, ...env };
}

async function copyInto(from: string, to: string): Promise<void> {
  await Deno.mkdir(dirname(to), { recursive: true });
  await Deno.copyFile(from, to);
}

/** Gives the libraries that programs and libraries of this machine need, loader included. */
export async function librariesOf(files: readonly string[]): Promise<string[]> {
  const { stdout } = await new Deno.Command("ldd", { args: [...files] }).output();
  const found = new TextDecoder().decode(stdout).match(/(?<=^\t(?:\S+ => )?)\/\S+(?= \(0x)/gm);
  return [...new Set(found ?? [])];
}

/** How a program in the container ended. */
export interface Ran {
  readonly code: number;
  readonly out: string;
}

/** A container that runs. Ends, with all in it, when it goes out of scope. */
export class Container implements AsyncDisposable {
  readonly log: HostLog;
  readonly #child: Deno.ChildProcess;
  readonly #options: ContainerOptions;
  readonly #cleanup: AsyncDisposable;
  #ended: Deno.CommandStatus | undefined;

  /** @param cleanup what to dispose of once all has ended */
  constructor(child: Deno.ChildProcess, options: ContainerOptions, cleanup: AsyncDisposable) {
    this.#child = child;
    this.#options = options;
    this.#cleanup = cleanup;
    this.log = new HostLog(child.stderr);
    child.status.then((status) => this.#ended = status);
  }

  /** Gives the number, outside, of what is process 1 inside. */
  async init(): Promise<number> {
    return await until("process 1", async () => {
      if (this.#ended) throw new Error(`It ended, ${this.#ended.code}:\n${this.log.text}`);
      const [pid] = await descendantsOf(this.#child.pid);
      const isHost = pid !== undefined &&
        await Deno.readLink(`/proc/${pid}/exe`).then((exe) => exe.endsWith("/ancm-host"), () => 0);
      return isHost ? pid : undefined;
    });
  }

  /** Runs a program in the container, as its user and in its environment: as `exec` and HEALTHCHECK do. */
  async exec(command: readonly string[]): Promise<Ran> {
    const { user } = this.#options.stage;
    const [uid = "", gid = ""] = user.split(":");
    return await this.#enter(
      ["--mount", "--pid", "--net", "--root", "--wd", "--setgid", gid, "--setuid", uid],
      command,
      environmentOf(this.#options),
    );
  }

  /** Asks a port of the container by this machine's curl; gives the answer's text, then its status. */
  async curl(url: string, ...args: string[]): Promise<Ran> {
    return await this.#enter(["--net"], [
      ...["curl", "-sS", "--max-time", "60", "-w", " %{http_code}", ...args, url],
    ], { PATH });
  }

  async #enter(flags: string[], command: readonly string[], env: Record<string, string>) {
    const { code, stdout, stderr } = await new Deno.Command("nsenter", {
      args: [`--target=${await this.init()}`, ...flags, "--", ...command],
      clearEnv: true,
      env,
    }).output();
    const decoder = new TextDecoder();
    return { code, out: decoder.decode(stdout) + decoder.decode(stderr) };
  }

  /** Waits for the end and gives the exit code once the log is complete. */
  async end(): Promise<number> {
    const { code } = await within("the container's end", this.#child.status);
    await within("the end of the log", this.log.ended);
    return code;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // With process 1 the kernel ends all that is in its namespace.
    for (const pid of this.#ended ? [] : await descendantsOf(this.#child.pid)) {
      try {
        Deno.kill(pid, "SIGKILL");
      } catch (error) {
        if (!(error instanceof Deno.errors.NotFound)) throw error;
      }
    }
    await this.#child.status;
    await this.log.ended;
    await this.#cleanup[Symbol.asyncDispose]();
  }
}
