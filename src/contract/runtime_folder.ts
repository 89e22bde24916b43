/** Where the host may keep what belongs to its runs and not to the application: its socket, and notes on its processes. */

/**
 * Gives the places for a folder of the host's own, the best first. Whoever uses one makes it with mode 0700, and takes
 * it only if it is a folder, no link, of this user, and closed to all others.
 *
 * @param environment the host's own variables
 * @param user number of the user that the host runs as; null where the system has none
 */
export function runtimeFolders(
  environment: Readonly<Record<string, string>>,
  user: number | null,
): string[] {
  const { XDG_RUNTIME_DIR: runtime, TMPDIR: temporary } = environment;
  const own = isAbsolute(runtime) ? [`${trimmed(runtime)}/ancm-host`] : [];
  const shared = isAbsolute(temporary) ? trimmed(temporary) : "/tmp";
  return [...own, `${shared}/ancm-host${user === null ? "" : `-${user}`}`];
}

/**
 * Gives the name by which files in that folder belong to an application: 12 hexadecimal digits.
 *
 * @param root real path of the application folder
 */
export async function runtimeName(root: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(root));
  return new Uint8Array(digest).toHex().slice(0, 12);
}

/**
 * Gives the path of the Unix socket on which the host of an application takes commands.
 *
 * @param folder one of {@linkcode runtimeFolders}
 * @param root real path of the application folder
 */
export async function adminSocket(folder: string, root: string): Promise<string> {
  return `${folder}/${await runtimeName(root)}.sock`;
}

function isAbsolute(path: string | undefined): path is string {
  return path !== undefined && path.startsWith("/");
}

function trimmed(path: string): string {
  return path.replace(/\/+$/, "");
}
