import type { Content, RequestHead } from "../contract/exchange.ts";
import { listMembers } from "../http1/mod.ts";

/**
 * Gives the protocol that a request asks to switch to, in the client's own letters, where that is one the host passes
 * on: the first of those that `Upgrade` names. Whatever else it asks for is ignored, as RFC 9110 §7.8 lets a server do.
 *
 * @param allowed in lower case; `h2c` is never taken
 * @see ANCM W-1
 */
export function askedUpgrade(
  { method, version, fields }: RequestHead,
  content: Content,
  allowed: ReadonlySet<string>,
): string | undefined {
  if (allowed.size === 0 || !fields.has("upgrade")) return undefined;
  if (method !== "GET" || version !== "HTTP/1.1" || content.length !== 0) return undefined;
  const options = listMembers(fields.getAll("connection"));
  if (!options.some((option) => option.toLowerCase() === "upgrade")) return undefined;
  return listMembers(fields.getAll("upgrade")).find((protocol) => {
    const name = protocol.toLowerCase();
    return name !== "h2c" && allowed.has(name);
  });
}
