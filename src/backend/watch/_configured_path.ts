import { posix, win32 } from "node:path";
import { withSlashes } from "./_app_files.ts";

/**
 * Gives the absolute path that a setting of web.config means; a separator at its end stays.
 *
 * @param root the application folder
 * @param written the setting, expanded
 * @returns undefined for a path that only Windows has, elsewhere
 * @see ANCM C-57
 */
export function configuredPath(
  root: string,
  written: string,
  isWindows: boolean,
): string | undefined {
  if (isWindows) {
    const isQualified = /^[A-Za-z]:|^[\\/]/.test(written);
    return isQualified ? win32.normalize(written) : win32.join(root, written);
  }
  const isLong = written.startsWith("\\\\?\\");
  const path = withSlashes(isLong ? written.slice(4) : written);
  const isShare = !isLong && written.startsWith("\\\\");
  if (isShare || /^[A-Za-z]:/.test(path)) return undefined;
  if (path.startsWith("/")) return posix.normalize(path);
  return isLong ? undefined : posix.join(root, path);
}
