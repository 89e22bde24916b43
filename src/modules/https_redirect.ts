import { emptyContent } from "../contract/content.ts";
import type { Module } from "../contract/module.ts";
import { FieldList } from "../http1/mod.ts";

/**
 * Sends clients that came without TLS to the same place with it (307, so that method and content stay).
 * `--redirect-https`.
 *
 * @param httpsPort of the https listener; undefined where TLS ends at a proxy in front: then 443
 */
export function httpsRedirectModule(httpsPort: () => number | undefined): Module {
  return {
    name: "HttpsRedirect",
    request(x) {
      const host = x.request.fields.get("host");
      if (x.client.secure || !host || !x.request.target.startsWith("/")) return;
      const name = /^(?:\[[^\]]*\]|[^:]*)/.exec(host)?.[0] ?? "";
      const port = httpsPort() ?? 443;
      const location = `https://${name}${port === 443 ? "" : `:${port}`}${x.request.target}`;
      return {
        head: {
          status: 307,
          reason: "Temporary Redirect",
          fields: new FieldList([["Location", location], ["Content-Length", "0"]]),
        },
        content: emptyContent,
      };
    },
  };
}
