/** How many static files of 4 KiB and of 1 MiB a second, beside nginx with sendfile off? */
import { join } from "node:path";
import { HOST } from "./answer.ts";
import { freePort } from "./free_port.ts";
import type { Contender } from "./lineup.ts";
import { processesOf } from "./process_cost.ts";
import { connected, startHost, startProgram } from "./programs.ts";
import { question } from "./question.ts";
import { atStop } from "./stopping.ts";
import { versionOf } from "./tool.ts";
import { loadMeasure, type LoadOptions, warmUp } from "./wrk_measure.ts";

const READY_POLL_MS = 5;

const SMALL: LoadOptions = {
  id: "static-4k",
  title: "file of 4 KiB, 64 connections",
  path: "/files/4k.bin",
  connections: 64,
};
const LARGE: LoadOptions = {
  id: "static-1m",
  title: "file of 1 MiB, 16 connections",
  path: "/files/1m.bin",
  connections: 16,
};

/** The host serves the files by itself: its backend is never started. */
const WEB_CONFIG = `<configuration><system.webServer>
  <handlers>
    <add name="files" path="files/*" verb="GET,HEAD" modules="StaticFileModule" requireAccess="Read" />
    <add name="aspNetCore" path="*" verb="*" modules="AspNetCoreModuleV2" />
  </handlers>
  <aspNetCore processPath="dotnet" arguments=".\\App.dll" />
</system.webServer></configuration>
`;

await question(async (plan) => {
  await using stack = new AsyncDisposableStack();
  const folder = await siteFolder(stack);
  const contenders = [await host(folder, stack)];
  const notes: string[] = [
    "nginx has sendfile off; the one with a worker uses one core, as the host does",
  ];
  if (await versionOf("nginx", ["-v"]) === undefined) notes.push("missing: nginx is not installed");
  else {
    contenders.push(await nginx("nginx", "auto", folder, stack));
    contenders.push(await nginx("nginx, 1 worker", "1", folder, stack));
  }
  const measures = [];
  for (const options of [SMALL, LARGE]) {
    await warmUp(contenders, options, plan);
    measures.push(await loadMeasure(contenders, options, plan));
  }
  return { measures, notes };
});

async function siteFolder(stack: AsyncDisposableStack): Promise<string> {
  const folder = await Deno.makeTempDir({ prefix: "ancm-host-bench-" });
  atStop().folders.add(folder);
  stack.defer(async () => {
    await Deno.remove(folder, { recursive: true });
    atStop().folders.delete(folder);
  });
  await Deno.mkdir(join(folder, "files"));
  await Deno.writeTextFile(join(folder, "web.config"), WEB_CONFIG);
  for (const [name, bytes] of [["4k.bin", 4096], ["1m.bin", 1024 * 1024]] as const) {
    await Deno.writeFile(join(folder, "files", name), new Uint8Array(bytes).fill(120));
  }
  return folder;
}

async function host(folder: string, stack: AsyncDisposableStack): Promise<Contender> {
  const program = stack.use(startHost(folder));
  using _connection = await connected(program, SMALL.path, READY_POLL_MS);
  return { name: HOST, port: program.port, fields: {}, pids: [program.pid] };
}

async function nginx(
  name: string,
  workers: string,
  folder: string,
  stack: AsyncDisposableStack,
): Promise<Contender> {
  const own = join(folder, `nginx-${workers}`);
  await Deno.mkdir(own);
  const port = freePort();
  const file = join(own, "nginx.conf");
  await Deno.writeTextFile(file, configuration(own, folder, workers, port));
  const args = ["-p", own, "-c", file, "-e", "stderr"];
  const program = stack.use(startProgram("nginx", { args, cwd: own, port }));
  using _connection = await connected(program, SMALL.path, READY_POLL_MS);
  return { name, port, fields: {}, pids: await processesOf(program.pid, true) };
}

function configuration(own: string, root: string, workers: string, port: number): string {
  // Without this its workers run as somebody who may not enter the folder.
  const user = Deno.uid() === 0 ? "user root;" : "";
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    .map((name) => `${name}_temp_path ${own}/${name};`).join(" ");
  return `${user}
worker_processes ${workers};
daemon off;
pid ${own}/nginx.pid;
error_log stderr error;
events { worker_connections 1024; }
http {
  access_log off;
  sendfile off;
  ${temporary}
  keepalive_timeout 300s;
  keepalive_requests 100000000;
  server {
    listen 127.0.0.1:${port} backlog=4096;
    root ${root};
  }
}
`;
}
