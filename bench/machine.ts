import { openFilesLimit } from "./open_files.ts";
import { PEERS } from "./peers/mod.ts";
import { versionOf } from "./tool.ts";

/** Gives what a reader must know of this machine to judge the numbers, one fact a line. */
export async function machineFacts(): Promise<string[]> {
  const { total, available } = Deno.systemMemoryInfo();
  return [
    `${await cpuModel()}, ${navigator.hardwareConcurrency} cores, load ${loadBefore()} before`,
    `${gigabytes(total)} GB memory, ${gigabytes(available)} GB free`,
    `${Deno.build.target}, kernel ${Deno.osRelease()}, ulimit -n ${await openFilesLimit()}`,
    `Deno ${Deno.version.deno}, V8 ${Deno.version.v8}`,
    `.NET SDK ${await versionOf("dotnet", ["--version"]) ?? "not found"}`,
    ...await Promise.all(
      PEERS.map(async (peer) =>
        `${peer.name} ${await peer.version() ?? "is missing: not installed, or not to be had"}`
      ),
    ),
    `wrk ${await versionOf("wrk", ["-v"]) ?? "is missing"}, ` +
    `h2load ${await versionOf("h2load", ["--version"]) ?? "is missing"}`,
  ];
}

function loadBefore(): string {
  return Deno.loadavg()[0]?.toFixed(2) ?? "unknown";
}

async function cpuModel(): Promise<string> {
  try {
    return /^model name\s*:\s*(.+)$/m.exec(await Deno.readTextFile("/proc/cpuinfo"))?.[1] ??
      Deno.build.arch;
  } catch {
    return Deno.build.arch;
  }
}

function gigabytes(bytes: number): string {
  return (bytes / 2 ** 30).toFixed(1);
}
