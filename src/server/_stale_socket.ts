import { basename, dirname } from "node:path";

/** A line of what the system tells of its Unix sockets: seven columns, then the path it was bound to, spaces and all. */
const BOUND = /^(?:\S+ +){7}(.*)$/;

/**
 * Tells whether a file is a Unix socket that nobody listens on any more. Only where the system says so (Linux);
 * elsewhere false, and whoever wants the path has to look for himself.
 */
export function isStaleSocket(path: string): boolean {
  if (Deno.build.os !== "linux") return false;
  try {
    if (!Deno.lstatSync(path).isSocket) return false;
    const sockets = Deno.readTextFileSync("/proc/net/unix").split("\n");
    return !sockets.some((line) => isSamePlace(BOUND.exec(line)?.[1] ?? "", path));
  } catch {
    return false;
  }
}

/** The other one may have been bound by another way to the same folder, as `/var/run` often is one to `/run`. */
function isSamePlace(bound: string, path: string): boolean {
  if (bound === path) return true;
  return basename(bound) === basename(path) && realFolder(bound) === realFolder(path);
}

function realFolder(path: string): string {
  try {
    return Deno.realPathSync(dirname(path));
  } catch {
    return dirname(path);
  }
}
