/** A process, as a person would look for it. */
export interface PortHolder {
  readonly pid: number;
  readonly name: string;
}

/** State LISTEN, as the kernel writes it. */
const LISTENING = "0A";

/**
 * Finds out who listens on a TCP port of this machine. Only where the system says so (Linux), and only of
 * processes that may be looked at.
 */
export function portHolder(port: number): PortHolder | undefined {
  if (Deno.build.os !== "linux") return undefined;
  const inodes = new Set(
    ["tcp", "tcp6"].flatMap((table) => listeningInodes(read(`/proc/net/${table}`), port)),
  );
  if (inodes.size === 0) return undefined;
  for (const { name: pid } of list("/proc")) {
    if (!/^\d+$/.test(pid)) continue;
    const holds = list(`/proc/${pid}/fd`).some(({ name }) => {
      const inode = /^socket:\[(\d+)\]$/.exec(link(`/proc/${pid}/fd/${name}`))?.[1];
      return inode !== undefined && inodes.has(inode);
    });
    if (holds) return { pid: Number(pid), name: read(`/proc/${pid}/comm`).trim() };
  }
  return undefined;
}

/** Gives the inodes of the sockets that listen on a port, out of `/proc/net/tcp` or its like. */
export function listeningInodes(table: string, port: number): string[] {
  const wanted = port.toString(16).toUpperCase().padStart(4, "0");
  return table.split("\n").flatMap((line) => {
    const [, local = "", , state, , , , , , inode] = line.trim().split(/\s+/);
    return state === LISTENING && local.endsWith(`:${wanted}`) && inode ? [inode] : [];
  });
}

// What cannot be read has ended meanwhile, or is another user's.

function read(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return "";
  }
}

function list(path: string): Deno.DirEntry[] {
  try {
    return [...Deno.readDirSync(path)];
  } catch {
    return [];
  }
}

function link(path: string): string {
  try {
    return Deno.readLinkSync(path);
  } catch {
    return "";
  }
}
