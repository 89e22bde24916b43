import type { Module } from "../contract/module.ts";

/** Thirty days, as ASP.NET Core has it by default. */
const HSTS_VALUE = "max-age=2592000";

/**
 * Tells clients that came by TLS to come by TLS from now on, where the application does not say so itself.
 * `--hsts`.
 *
 * @see RFC 6797 §7.1
 */
export function hstsModule(): Module {
  return {
    name: "Hsts",
    response(x, reply) {
      const { head } = reply;
      if (!x.client.secure || head.fields.has("Strict-Transport-Security")) return reply;
      const fields = head.fields.appended("Strict-Transport-Security", HSTS_VALUE);
      return { ...reply, head: { ...head, fields } };
    },
  };
}
