import { createHash } from "node:crypto";
import { environmentOf } from "./_proc.ts";
import type { Variables } from "../launch/environment.ts";

/** What the environment of a process shows of the start it comes from, and keeps whatever the process does. */
const NAMES = ["ASPNETCORE_TOKEN", "ASPNETCORE_PORT"] as const;

/**
 * Gives the mark that tells what comes from one start of a backend from everything else: a hash, as the token is secret.
 * The second attempt of a start keeps the token and has another port.
 */
export function birthmark(environment: Variables): string | undefined {
  const [token, port] = NAMES.map((name) => environment[name]);
  if (!token || !port) return undefined;
  return createHash("sha256").update(`${token}\0${port}`).digest("hex");
}

/** Gives the mark of a process; nothing where it has none or may not be looked into. */
export function birthmarkOf(pid: number): string | undefined {
  const found: Record<string, string> = {};
  for (const entry of environmentOf(pid)) {
    const name = NAMES.find((one) => entry.startsWith(`${one}=`));
    if (name !== undefined) found[name] = entry.slice(name.length + 1);
  }
  return birthmark(found);
}
