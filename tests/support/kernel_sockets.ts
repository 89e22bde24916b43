/** A TCP connection as the kernel sees one end of it (Linux). */
export interface KernelSocket {
  /** As `/proc/self/fd` names it. */
  readonly inode: string;
}

/** Finds the end of a connection over IPv4 that has these ports; undefined where there is none (any more). */
export function kernelSocket(localPort: number, remotePort: number): KernelSocket | undefined {
  const [local, remote] = [localPort, remotePort].map((port) =>
    `:${port.toString(16).padStart(4, "0").toUpperCase()}`
  );
  const tables = ["/proc/net/tcp", "/proc/net/tcp6"].map((path) => Deno.readTextFileSync(path));
  for (const line of tables.join("\n").split("\n")) {
    const [, own = "", peer = "", , , , , , , inode = ""] = line.trim().split(/\s+/);
    if (own.endsWith(local!) && peer.endsWith(remote!)) return { inode };
  }
  return undefined;
}

/** Tells how many descriptors of this process are this socket. */
export function descriptorsOf({ inode }: KernelSocket): number {
  let count = 0;
  for (const { name } of Deno.readDirSync("/proc/self/fd")) {
    try {
      if (Deno.readLinkSync(`/proc/self/fd/${name}`) === `socket:[${inode}]`) count++;
    } catch {
      // Closed while we look.
    }
  }
  return count;
}
