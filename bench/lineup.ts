/** Who is measured: the backend by itself, the host, and the peers that are installed; all before one backend. */
import { join } from "node:path";
import { copyFolder } from "../tests/support/dotnet.ts";
import { DIRECT, HOST } from "./answer.ts";
import { type Certificate, makeCertificate } from "./certificate.ts";
import { freePort } from "./free_port.ts";
import { type Peer, PEERS } from "./peers/mod.ts";
import { processesOf } from "./process_cost.ts";
import { connected, exampleApp, hostKnows, type Program, startHost } from "./programs.ts";
import { atStop } from "./stopping.ts";

const READY_POLL_MS = 5;

/** One server that is measured. */
export interface Contender {
  readonly name: string;
  readonly port: number;
  /** Absent where it has no TLS listener. */
  readonly tlsPort?: number;
  /** What a client has to send so that the backend takes its request: something only without a gateway. */
  readonly fields: Readonly<Record<string, string>>;
  /** Its processes; the host's are without the backend's. */
  readonly pids: readonly number[];
}

/** Who takes part. */
export interface LineupOptions {
  /** Whether all listen for TLS too. @default false */
  readonly tls?: boolean;
  /** How many clients connect at once, at most. @default 2000 */
  readonly connections?: number;
}

/** Servers that run and wait for load; stopped when they go out of scope. */
export interface Lineup extends AsyncDisposable {
  readonly contenders: readonly Contender[];
  /** The certificate of the TLS listeners. */
  readonly certificate: Certificate | undefined;
  /** A line for each peer that is not installed. */
  readonly notes: readonly string[];
}

/** What all that is started in one line-up shares. */
interface Shared {
  readonly folder: string;
  readonly backendPort: number;
  readonly token: string;
  readonly certificate: Certificate | undefined;
  readonly connections: number;
  readonly stack: AsyncDisposableStack;
}

/** Why the host cannot be asked over TLS here; absent where it can. */
export async function whyNoTls(): Promise<string | undefined> {
  if (!await hostKnows("--cert")) return "skipped: this host has no https listener";
}

/**
 * Starts one backend and everybody before it. The backend is the host's own process, whose `web.config` gives it a port
 * and a pairing token that are known here; the peers add that token as the host does, and so does the client that
 * reaches the backend directly. So all are measured with the very same process behind them, equally warm.
 */
export async function startLineup(options: LineupOptions = {}): Promise<Lineup> {
  await using stack = new AsyncDisposableStack();
  const folder = await temporaryFolder(stack);
  const certificate = options.tls ? await makeCertificate(folder) : undefined;
  if (options.tls && !certificate) throw new Error("Cannot measure TLS: openssl is not installed");
  const shared: Shared = {
    folder,
    backendPort: freePort(),
    token: crypto.randomUUID(),
    certificate,
    connections: options.connections ?? 2000,
    stack,
  };
  const contenders = [await hostContender(shared)];
  contenders.unshift(directContender(shared));
  const notes: string[] = [];
  for (const peer of PEERS) {
    const version = await peer.version();
    if (version === undefined) notes.push(`missing: ${peer.name} is not installed`);
    else contenders.push(await peerContender(peer, shared));
  }
  const running = stack.move();
  return { contenders, certificate, notes, [Symbol.asyncDispose]: () => running.disposeAsync() };
}

async function hostContender(shared: Shared): Promise<Contender> {
  const { folder, certificate, stack } = shared;
  const app = join(folder, "app");
  await copyFolder(await exampleApp(), app);
  await pair(join(app, "web.config"), shared);
  const tls = certificate && { ...certificate, port: freePort() };
  const secure = tls
    ? [
      ...["--listen", `https://127.0.0.1:${tls.port}`],
      ...["--cert", tls.certFile, "--key", tls.keyFile],
    ]
    : [];
  const program = stack.use(startHost(app, ["--preload", ...secure]));
  await ready(program, HOST);
  return contender(HOST, program, tls?.port, [program.pid]);
}

/** Writes port and token into the copy of `web.config` that the SDK made. */
async function pair(file: string, { backendPort, token }: Shared): Promise<void> {
  const before = await Deno.readTextFile(file);
  const variables = { ASPNETCORE_PORT: String(backendPort), ASPNETCORE_TOKEN: token };
  const elements = Object.entries(variables)
    .map(([name, value]) => `<environmentVariable name="${name}" value="${value}" />`).join("");
  const after = before.replace(
    /(<aspNetCore [^>]*?) ?\/>/,
    `$1><environmentVariables>${elements}</environmentVariables></aspNetCore>`,
  );
  if (after === before) throw new Error(`Cannot find an empty aspNetCore element in "${file}"`);
  await Deno.writeTextFile(file, after);
}

function directContender({ backendPort, token }: Shared): Contender {
  const fields = {
    "MS-ASPNETCORE-TOKEN": token,
    "X-Forwarded-For": "127.0.0.1:50000",
    "X-Forwarded-Proto": "http",
  };
  return { name: DIRECT, port: backendPort, fields, pids: [] };
}

async function peerContender(peer: Peer, shared: Shared): Promise<Contender> {
  const folder = join(shared.folder, peer.name);
  await Deno.mkdir(folder);
  const { backendPort, token, certificate, connections, stack } = shared;
  const tls = certificate && { ...certificate, port: freePort() };
  const site = { folder, backendPort, token, port: freePort(), connections };
  const program = stack.use(await peer.start({ ...site, ...tls ? { tls } : {} }));
  await ready(program, peer.name);
  return contender(peer.name, program, tls?.port, await processesOf(program.pid, true));
}

function contender(
  name: string,
  { port }: Program,
  tlsPort: number | undefined,
  pids: readonly number[],
): Contender {
  return { name, port, ...tlsPort === undefined ? {} : { tlsPort }, fields: {}, pids };
}

/** Waits for the first good answer through it. */
async function ready(program: Program, name: string): Promise<void> {
  using connection = await connected(program, "/", READY_POLL_MS);
  const status = await connection.get();
  if (status !== 200) {
    throw new Error(`Cannot measure ${name}: it answered ${status}\n${program.output()}`);
  }
}

async function temporaryFolder(stack: AsyncDisposableStack): Promise<string> {
  const folder = await Deno.makeTempDir({ prefix: "ancm-host-bench-" });
  atStop().folders.add(folder);
  stack.defer(async () => {
    await Deno.remove(folder, { recursive: true });
    atStop().folders.delete(folder);
  });
  return folder;
}
