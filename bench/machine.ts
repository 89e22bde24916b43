/** Gives what a reader must know of this machine to judge the numbers, one fact a line. */
export function machineFacts(): string[] {
  const { total, available } = Deno.systemMemoryInfo();
  return [
    `${cpuModel()}, ${navigator.hardwareConcurrency} cores, load ${Deno.loadavg()[0]?.toFixed(2)}`,
    `${gigabytes(total)} GB memory, ${gigabytes(available)} GB free`,
    `${Deno.build.target}, kernel ${Deno.osRelease()}`,
    `Deno ${Deno.version.deno}, V8 ${Deno.version.v8}`,
    `.NET SDK ${dotnetVersion()}`,
  ];
}

function cpuModel(): string {
  try {
    return /^model name\s*:\s*(.+)$/m.exec(Deno.readTextFileSync("/proc/cpuinfo"))?.[1] ??
      Deno.build.arch;
  } catch {
    return Deno.build.arch;
  }
}

function gigabytes(bytes: number): string {
  return (bytes / 2 ** 30).toFixed(1);
}

function dotnetVersion(): string {
  try {
    const { stdout } = new Deno.Command("dotnet", { args: ["--version"] }).outputSync();
    return new TextDecoder().decode(stdout).trim();
  } catch {
    return "not found";
  }
}
