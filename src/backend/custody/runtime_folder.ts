import { dirname } from "node:path";
import { runtimeFolders } from "../../contract/runtime_folder.ts";
import type { Variables } from "../launch/environment.ts";

/** No group and no other may do anything. */
const PRIVATE_MODE = 0o700;
const OTHERS_WRITE = 0o022;
/** Only the owner of a file may rename or remove it there. */
const STICKY = 0o1000;

/**
 * Makes the folder that holds what belongs to the running hosts of this user, or takes the one that is there.
 *
 * @returns undefined where no folder can be had that nobody else may enter
 */
export async function makeRuntimeFolder(environment: Variables): Promise<string | undefined> {
  for (const folder of runtimeFolders(environment, Deno.uid())) {
    if (!await isTrustedPlace(dirname(folder))) continue;
    // It may be there already; whose it is, and whether it is a folder at all, is looked at afterwards.
    await Deno.mkdir(folder, { mode: PRIVATE_MODE }).catch(() => {});
    if (await isPrivateFolder(folder)) return folder;
  }
  return undefined;
}

/** Tells whether a path is a folder, not a link to one, that only this user may enter. */
export async function isPrivateFolder(path: string): Promise<boolean> {
  const file = await Deno.lstat(path).catch(() => undefined);
  return file?.isDirectory === true && file.uid === Deno.uid() &&
    ((file.mode ?? 0) & 0o777) === PRIVATE_MODE;
}

/** Tells whether nobody but this user and root can put another folder in the place of one that lies there. */
async function isTrustedPlace(path: string): Promise<boolean> {
  const place = await Deno.stat(path).catch(() => undefined);
  if (!place?.isDirectory || (place.uid !== 0 && place.uid !== Deno.uid())) return false;
  const mode = place.mode ?? 0;
  return (mode & OTHERS_WRITE) === 0 || (mode & STICKY) !== 0;
}
