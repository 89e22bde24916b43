import type { Fields } from "../contract/exchange.ts";

/** The cookie that names a client's process. */
const COOKIE = "ancm-affinity";

/** Gives what a client's cookies name its process by: one that came with the wrong path comes beside the right one. */
export function affinityNames(fields: Fields): readonly string[] {
  if (!fields.has("cookie")) return NONE;
  return fields.getAll("cookie").flatMap((line) => line.split(";")).flatMap((pair) => {
    const [name, value] = pair.split("=", 2);
    return name?.trim() === COOKIE && value !== undefined ? [value.trim()] : [];
  });
}

/**
 * Makes the `Set-Cookie` that lets a client name its process until it is closed.
 *
 * @param name of visible characters without `;`
 * @param path of the application
 * @param secure whether the client came by TLS
 */
export function affinityCookie(name: string, path: string, secure: boolean): string {
  return `${COOKIE}=${name}; Path=${path}; HttpOnly; SameSite=Lax${secure ? "; Secure" : ""}`;
}

const NONE: readonly string[] = [];
