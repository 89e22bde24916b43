import { join } from "node:path";
import { startProgram } from "../programs.ts";
import { versionOf } from "../tool.ts";
import type { Peer, PeerSite } from "./peer.ts";

const LEAST_MAXCONN = 4000;

/** HAProxy with its threads as it likes and kept connections to the backend. */
export const haproxy: Peer = {
  name: "HAProxy",
  version: () => versionOf("haproxy", ["-v"]),
  async start(site) {
    const file = join(site.folder, "haproxy.cfg");
    await Deno.writeTextFile(file, configuration(site));
    return startProgram("haproxy", {
      args: ["-db", "-q", "-f", file],
      cwd: site.folder,
      port: site.port,
    });
  },
};

function configuration({ backendPort, token, port, tls, connections }: PeerSite): string {
  return `global
  maxconn ${Math.max(LEAST_MAXCONN, connections + 1000)}
defaults
  mode http
  http-reuse always
  timeout connect 5s
  timeout client 300s
  timeout server 300s
  timeout tunnel 300s
  timeout http-keep-alive 300s
frontend clients
  maxconn ${Math.max(LEAST_MAXCONN, connections + 1000)}
  bind 127.0.0.1:${port}
  ${tls ? `bind 127.0.0.1:${tls.port} ssl crt ${tls.bothFile} alpn h2,http/1.1` : ""}
  http-request set-header X-Forwarded-For %[src]:%[src_port]
  http-request set-header X-Forwarded-Proto http if !{ ssl_fc }
  http-request set-header X-Forwarded-Proto https if { ssl_fc }
  http-request set-header MS-ASPNETCORE-TOKEN ${token}
  default_backend app
backend app
  server app 127.0.0.1:${backendPort}
`;
}
