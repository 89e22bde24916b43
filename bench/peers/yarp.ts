import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createHash } from "node:crypto";
import { copyFolder, hasDotnet } from "../../tests/support/dotnet.ts";
import { startProgram } from "../programs.ts";
import { tool } from "../tool.ts";
import { MAX_CONTENT_BYTES, type Peer, type PeerSite } from "./peer.ts";

const SOURCES = fileURLToPath(new URL("yarp", import.meta.url));
const CACHE = fileURLToPath(new URL("../../.cache/bench", import.meta.url));
const PUBLISH_LIMIT_MS = 180_000;

/** YARP on Kestrel, as its documentation sets it up; published once, for which its package is fetched from NuGet. */
export const yarp: Peer = {
  name: "YARP",
  async version() {
    if (!hasDotnet || !await published().catch(() => undefined)) return;
    const project = await Deno.readTextFile(join(SOURCES, "YarpPeer.csproj"));
    return /Yarp\.ReverseProxy" Version="([^"]+)"/.exec(project)?.[1];
  },
  async start(site) {
    const file = join(site.folder, "yarp.json");
    await Deno.writeTextFile(file, JSON.stringify(configuration(site)));
    return startProgram("dotnet", {
      args: [join(await published(), "YarpPeer.dll"), file],
      cwd: site.folder,
      port: site.port,
      env: { ASPNETCORE_SHUTDOWNTIMEOUTSECONDS: "2" },
    });
  },
};

/** Gives the folder of the published peer, whose name tells its sources. */
async function published(): Promise<string> {
  const folder = join(CACHE, `yarp-${await hashOfSources()}`);
  if (await exists(folder)) return folder;
  await Deno.mkdir(CACHE, { recursive: true });
  const work = await Deno.makeTempDir({ prefix: "ancm-host-yarp-" });
  try {
    await copyFolder(SOURCES, join(work, "source"));
    const args = ["publish", join(work, "source"), "-c", "Release", "-o", `${folder}.part`];
    const done = await tool("dotnet", args, PUBLISH_LIMIT_MS);
    if (done?.code !== 0) throw new Error(`Cannot publish YARP: ${done?.text}`);
    await Deno.rename(`${folder}.part`, folder);
  } finally {
    await Deno.remove(work, { recursive: true });
  }
  return folder;
}

function configuration({ backendPort, token, port, tls }: PeerSite): unknown {
  const secure = tls && {
    Url: `https://127.0.0.1:${tls.port}`,
    Protocols: "Http1AndHttp2",
    Certificate: { Path: tls.certFile, KeyPath: tls.keyFile },
  };
  return {
    Logging: { LogLevel: { Default: "Error" } },
    Kestrel: {
      Limits: { MaxRequestBodySize: MAX_CONTENT_BYTES, KeepAliveTimeout: "00:05:00" },
      Endpoints: {
        Plain: { Url: `http://127.0.0.1:${port}` },
        ...secure ? { Secure: secure } : {},
      },
    },
    ReverseProxy: {
      Routes: {
        all: {
          ClusterId: "app",
          Match: { Path: "{**all}" },
          Transforms: [
            { RequestHeaderOriginalHost: "true" },
            { "X-Forwarded": "Off", For: "Set", Proto: "Set" },
            { RequestHeader: "MS-ASPNETCORE-TOKEN", Set: token },
          ],
        },
      },
      Clusters: {
        app: {
          Destinations: { one: { Address: `http://127.0.0.1:${backendPort}/` } },
          HttpRequest: { Version: "1.1", VersionPolicy: "RequestVersionExact" },
        },
      },
    },
  };
}

async function hashOfSources(): Promise<string> {
  const hash = createHash("sha256");
  for (const name of ["YarpPeer.csproj", "Program.cs"]) {
    hash.update(await Deno.readFile(join(SOURCES, name)));
  }
  return hash.digest("hex").slice(0, 12);
}

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}
