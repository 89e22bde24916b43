import assert from "node:assert/strict";
import type { HostStatus } from "../../src/contract/host_status.ts";
import { type CommandResult, runCommand, type RunningHost } from "./executable.ts";

/** Runs a command of the executable against a host that takes commands. */
export async function control(
  host: RunningHost,
  ...args: readonly string[]
): Promise<CommandResult> {
  const { url } = await host.log.next("admin-listening");
  return await runCommand([...args, "--admin", String(url)]);
}

/** Recycles the application of a host as `ancm-host recycle` does; fails where that failed. */
export async function recycled(host: RunningHost): Promise<void> {
  const { code, stderr } = await control(host, "recycle");
  assert.equal(code, 0, stderr);
}

/** Gives how a host is. */
export async function statusOf(host: RunningHost): Promise<HostStatus> {
  const { code, stdout, stderr } = await control(host, "status", "--json");
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout);
}
