import { join } from "node:path";

/**
 * Makes the look at what lies in the application folder at a normalised URL path: a file, a folder, or
 * nothing. A path that the file system cannot have is nothing, too.
 *
 * @param root absolute path of the application folder
 * @see IIS M-HD-6
 */
export function physicalKind(
  root: string,
): (path: string) => Promise<"File" | "Directory" | undefined> {
  return async (path) => {
    try {
      const { isFile, isDirectory } = await Deno.stat(join(root, path));
      return isFile ? "File" : isDirectory ? "Directory" : undefined;
    } catch {
      return undefined;
    }
  };
}
