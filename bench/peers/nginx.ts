import { join } from "node:path";
import { startProgram } from "../programs.ts";
import { versionOf } from "../tool.ts";
import { MAX_CONTENT_BYTES, type Peer, type PeerSite } from "./peer.ts";

/** nginx with its workers on auto and kept connections to the backend. */
export const nginx: Peer = {
  name: "nginx",
  version: () => versionOf("nginx", ["-v"]),
  async start(site) {
    const file = join(site.folder, "nginx.conf");
    await Deno.writeTextFile(file, configuration(site));
    const args = ["-p", site.folder, "-c", file, "-e", "stderr"];
    return startProgram("nginx", { args, cwd: site.folder, port: site.port });
  },
};

function configuration({ folder, backendPort, token, port, tls, connections }: PeerSite): string {
  // Without this its workers run as somebody who may not enter the folder.
  const user = Deno.uid() === 0 ? "user root;" : "";
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    .map((name) => `${name}_temp_path ${folder}/${name};`).join(" ");
  return `${user}
worker_processes auto;
worker_rlimit_nofile ${4 * connections};
daemon off;
pid ${folder}/nginx.pid;
error_log stderr error;
events { worker_connections ${2 * connections + 1000}; }
http {
  access_log off;
  ${temporary}
  client_max_body_size ${MAX_CONTENT_BYTES};
  keepalive_timeout 300s;
  keepalive_requests 100000000;
  map $http_upgrade $connection_field { default upgrade; "" ""; }
  upstream app {
    server 127.0.0.1:${backendPort};
    keepalive 128;
    keepalive_requests 100000000;
  }
  server {
    listen 127.0.0.1:${port} backlog=4096;
    ${tls ? `listen 127.0.0.1:${tls.port} ssl http2 backlog=4096;` : ""}
    ${tls ? `ssl_certificate ${tls.certFile}; ssl_certificate_key ${tls.keyFile};` : ""}
    location / {
      proxy_pass http://app;
      proxy_http_version 1.1;
      proxy_request_buffering off;
      proxy_read_timeout 300s;
      proxy_set_header Host $http_host;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection $connection_field;
      proxy_set_header X-Forwarded-For $remote_addr:$remote_port;
      proxy_set_header X-Forwarded-Proto $scheme;
      proxy_set_header MS-ASPNETCORE-TOKEN ${token};
    }
  }
}
`;
}
