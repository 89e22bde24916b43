/**
 * Tells whether a file is a Unix socket that nobody listens on any more. Only where the system says so (Linux);
 * elsewhere false, and whoever wants the path has to look for himself.
 */
export function isStaleSocket(path: string): boolean {
  if (Deno.build.os !== "linux") return false;
  try {
    if (!Deno.lstatSync(path).isSocket) return false;
    const bound = Deno.readTextFileSync("/proc/net/unix").split("\n")
      .map((line) => line.split(/\s+/, 8)[7]);
    return !bound.includes(path);
  } catch {
    return false;
  }
}
