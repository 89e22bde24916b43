import { join } from "node:path";
import { startProgram } from "../programs.ts";
import { versionOf } from "../tool.ts";
import { MAX_CONTENT_BYTES, type Peer, type PeerSite } from "./peer.ts";

/** Caddy without its admin endpoint and its own certificates, with kept connections to the backend. */
export const caddy: Peer = {
  name: "Caddy",
  version: () => versionOf("caddy", ["version"]),
  async start(site) {
    const file = join(site.folder, "Caddyfile");
    await Deno.writeTextFile(file, configuration(site));
    return startProgram("caddy", {
      args: ["run", "--config", file, "--adapter", "caddyfile"],
      cwd: site.folder,
      port: site.port,
      env: { XDG_DATA_HOME: site.folder, XDG_CONFIG_HOME: site.folder, HOME: site.folder },
    });
  },
};

function configuration({ backendPort, token, port, tls }: PeerSite): string {
  const secure = tls && `
https://:${tls.port} {
  bind 127.0.0.1
  tls ${tls.certFile} ${tls.keyFile}
  import app
}`;
  return `{
  admin off
  auto_https off
  grace_period 1s
  log {
    level ERROR
  }
}
(app) {
  request_body {
    max_size ${MAX_CONTENT_BYTES}
  }
  reverse_proxy 127.0.0.1:${backendPort} {
    header_up X-Forwarded-For {http.request.remote}
    header_up -X-Forwarded-Host
    header_up MS-ASPNETCORE-TOKEN ${token}
    transport http {
      compression off
      keepalive 120s
      keepalive_idle_conns_per_host 128
    }
  }
}
http://:${port} {
  bind 127.0.0.1
  import app
}
${secure ?? ""}
`;
}
