import type { Family, FamilyParts } from "./_family.ts";
import { LinuxFamily } from "./_linux_family.ts";
import { ephemeralFrom, hasProc } from "./_proc.ts";
import { sendSignal } from "./_send_signal.ts";

/** What differs between operating systems. Only Linux has been run; the others are type-checked. */
export interface Platform {
  readonly isWindows: boolean;
  /** Whether every process can be seen, with its environment and its sockets. */
  readonly showsProcesses: boolean;
  /** The first port the system gives to outgoing connections, where it tells. */
  ephemeralFrom(): number | undefined;
  /** Takes up what comes from a process that leads a group and session of its own. */
  family(parts: FamilyParts): Family;
}

/** Gives the platform of this system. */
export function platformOf(os: typeof Deno.build.os): Platform {
  if ((os === "linux" || os === "android") && hasProc()) {
    const family = (parts: FamilyParts) => new LinuxFamily(parts);
    return { isWindows: false, showsProcesses: true, ephemeralFrom, family };
  }
  const isWindows = os === "windows";
  return {
    isWindows,
    showsProcesses: false,
    ephemeralFrom: () => undefined,
    family: isWindows ? windowsFamily : groupFamily,
  };
}

/** Where there is no `/proc`: the process group, and no word about sockets. */
function groupFamily({ leader, isLeaderAlive }: FamilyParts): Family {
  let gone = false;
  return {
    isLeaderAlive,
    isGone() {
      gone ||= !sendSignal(-leader, 0);
      return gone;
    },
    signal(name) {
      if (!gone) sendSignal(-leader, name);
    },
    owner: () => "unknown",
    stranger: () => undefined,
    listeners: () => [],
    isDebugged: () => false,
  };
}

/** There is no SIGTERM: what did not take the shutdown request is ended at once. @see ANCM O-24 */
function windowsFamily({ leader, isLeaderAlive }: FamilyParts): Family {
  return {
    isLeaderAlive,
    isGone: () => !isLeaderAlive(),
    signal() {
      if (!isLeaderAlive()) return;
      const args = ["/PID", String(leader), "/T", "/F"];
      new Deno.Command("taskkill", { args, stdout: "null", stderr: "null" }).outputSync();
    },
    owner: () => "unknown",
    stranger: () => undefined,
    listeners: () => [],
    isDebugged: () => false,
  };
}
