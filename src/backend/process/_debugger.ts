import { processRows } from "../custody/_proc.ts";

/** Tells whether a process is being debugged, as far as Linux's `/proc` shows it. */
export function isDebugged(pid: number): boolean {
  return isTraced(readOrNothing(`/proc/${pid}/status`)) || hasManagedDebugger(pid);
}

/** Reads `/proc/PID/status`: debuggers of native code are tracers. */
export function isTraced(status: string): boolean {
  return /^TracerPid:\s*[1-9]/m.test(status);
}

/** Tells whether an open file is how a debugger of .NET code talks to the runtime, which opens it when one connects. */
export function isDebuggerPipe(path: string): boolean {
  return /\/clr-debug-pipe-\d+-\d+-in$/.test(path);
}

/** The runtime may keep its end open: there is a debugger as long as another process has the pipe open too. */
function hasManagedDebugger(pid: number): boolean {
  const pipe = openFiles(pid).find(isDebuggerPipe);
  if (pipe === undefined) return false;
  return processRows().some((row) => row.pid !== pid && openFiles(row.pid).includes(pipe));
}

function openFiles(pid: number): string[] {
  try {
    return [...Deno.readDirSync(`/proc/${pid}/fd`)].map(({ name }) =>
      linkOrNothing(`/proc/${pid}/fd/${name}`)
    );
  } catch {
    return []; // gone, or not to be looked into
  }
}

function readOrNothing(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return "";
  }
}

function linkOrNothing(path: string): string {
  try {
    return Deno.readLinkSync(path);
  } catch {
    return "";
  }
}
