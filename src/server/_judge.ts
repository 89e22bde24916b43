import type { RequestHead } from "../contract/exchange.ts";
import { HostError } from "../contract/host_error.ts";
import { listMembers } from "../http1/fields.ts";
import { classifyTarget, isAuthority, originForm } from "../http1/target.ts";

/**
 * Gives a request as an origin server is to see it: the target without authority, and the authority, where
 * there was one, in `Host`.
 *
 * @throws {HostError} `bad-request`, or `method-not-implemented` for CONNECT
 * @see RFC 9112 §3.2.2
 */
export function judgeRequest(received: RequestHead): RequestHead {
  const { method, target, fields } = received;
  const host = fields.get("host");
  if (host !== undefined && host !== "" && !isAuthority(host)) {
    throw new HostError(
      "bad-request",
      `Cannot take "${host}" in Host: give a name and perhaps a port`,
    );
  }
  if (method === "CONNECT") {
    throw new HostError("method-not-implemented", `Cannot open a tunnel to "${target}"`);
  }
  // The rest of the connection would be read as another request by whoever believes the upgrade.
  if (fields.has("upgrade") && hasContent(received)) {
    throw new HostError("bad-request", "Cannot take an upgrade request that has content");
  }
  const form = classifyTarget(method, target);
  if (!form) {
    throw new HostError(
      "bad-request",
      `Cannot take "${target}" as a request target: give a path that begins with a slash`,
    );
  }
  if (form.form !== "absolute") return received;
  return {
    ...received,
    target: originForm(method, form),
    fields: fields.with("Host", form.authority),
  };
}

/** Tells whether a request says that content follows its head. @see RFC 9112 §6.3 */
export function hasContent({ fields }: RequestHead): boolean {
  const length = fields.get("content-length");
  return (length !== undefined && length !== "0") ||
    listMembers(fields.getAll("transfer-encoding")).length > 0;
}
