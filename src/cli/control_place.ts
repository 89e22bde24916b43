import { adminSocket, runtimeFolders } from "../contract/runtime_folder.ts";
import type { ControlAddress } from "../gateway/control_request.ts";
import { ListenError, parseListenUrl } from "../server/listen_url.ts";
import { type CommandLine, optionOf, UsageError } from "./arguments.ts";

/** Where a running host may take commands. */
export interface ControlPlace {
  /** As `--admin` takes it. */
  readonly url: string;
  readonly address: ControlAddress;
  /** Has to be one that only this user may enter; absent where somebody named the place himself. */
  readonly folder?: string;
}

/**
 * Gives the places where the host that a command line means may be, the likeliest first.
 *
 * @throws {UsageError} when it names none
 */
export async function controlPlaces(
  line: CommandLine,
  environment: Readonly<Record<string, string>>,
): Promise<ControlPlace[]> {
  const url = optionOf(line, "admin");
  if (url !== undefined) return [{ url, address: addressOf(url) }];
  const root = await rootOf(line.appDir);
  const folders = runtimeFolders(environment, Deno.uid());
  return await Promise.all(folders.map(async (folder) => {
    const path = await adminSocket(folder, root);
    return { url: `http://unix:${path}`, address: { kind: "unix", path } as const, folder };
  }));
}

async function rootOf(appDir: string): Promise<string> {
  try {
    return await Deno.realPath(appDir);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UsageError(
      `Cannot find the application folder "${appDir}": ${why}; name it, or the host by --admin URL`,
    );
  }
}

function addressOf(url: string): ControlAddress {
  if (url === "off") {
    throw new UsageError("The admin listener is off: a host without one takes no commands");
  }
  try {
    const address = parseListenUrl(url);
    if (address.kind === "unix") return { kind: "unix", path: address.path };
    if (address.isSecure) throw new UsageError(`Cannot ask "${url}": the admin listener is http`);
    const { hosts, port } = address;
    // A host that listens on all addresses is also here.
    return { kind: "tcp", hostname: typeof hosts === "string" ? "127.0.0.1" : hosts.name, port };
  } catch (error) {
    if (!(error instanceof ListenError)) throw error;
    throw new UsageError(error.message.replace("Cannot listen on", "Cannot ask"));
  }
}
