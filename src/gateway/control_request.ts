import { ResponseReader, STEP } from "../http1/mod.ts";

/** Where the admin listener of a running host is. */
export type ControlAddress =
  | { readonly kind: "unix"; readonly path: string }
  | { readonly kind: "tcp"; readonly hostname: string; readonly port: number };

/** What a running host is asked. */
export interface ControlRequest {
  readonly method: "GET" | "POST";
  /** Such as `/status`. */
  readonly target: string;
  /** Of `--admin-token-file`: visible ASCII. Secret. */
  readonly token?: string | undefined;
}

/**
 * What became of it.
 *
 * - `answered`: with a whole answer
 * - `absent`: nobody takes connections there, `why` in the words of the system
 * - `broken`: somebody does, but no whole answer came
 */
export type ControlAnswer =
  | { readonly at: "answered"; readonly status: number; readonly text: string }
  | { readonly at: "absent"; readonly why: string }
  | { readonly at: "broken"; readonly why: string };

/** Bytes of the largest answer that is taken. */
const MAX_ANSWER = 4 * 1024 * 1024;
/** More than the reader takes for a head. */
const BUFFER_BYTES = 128 * 1024;

/**
 * Asks a running host, on a connection of its own.
 *
 * @throws the signal's reason when it is aborted
 */
export async function controlRequest(
  address: ControlAddress,
  request: ControlRequest,
  signal: AbortSignal,
): Promise<ControlAnswer> {
  signal.throwIfAborted();
  let opened: Deno.Conn;
  try {
    opened = await connect(address, signal);
  } catch (error) {
    signal.throwIfAborted();
    return { at: "absent", why: messageOf(error) };
  }
  using connection = opened;
  const stop = () => connection.close();
  signal.addEventListener("abort", stop, { once: true });
  try {
    await write(connection, head(address, request));
    return { at: "answered", ...await answerOn(connection) };
  } catch (error) {
    signal.throwIfAborted();
    return { at: "broken", why: messageOf(error) };
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

function connect(address: ControlAddress, signal: AbortSignal): Promise<Deno.Conn> {
  if (address.kind === "unix") return Deno.connect({ transport: "unix", path: address.path });
  const { hostname, port } = address;
  return Deno.connect({ hostname, port, signal });
}

function head(address: ControlAddress, { method, target, token }: ControlRequest): Uint8Array {
  const lines = [
    `${method} ${target} HTTP/1.1`,
    `Host: ${authorityOf(address)}`,
    ...(token === undefined ? [] : [`Authorization: Bearer ${token}`]),
    ...(method === "POST" ? ["Content-Length: 0"] : []),
    "Connection: close",
  ];
  return new TextEncoder().encode(`${lines.join("\r\n")}\r\n\r\n`);
}

function authorityOf(address: ControlAddress): string {
  if (address.kind === "unix") return "localhost";
  const { hostname, port } = address;
  return `${hostname.includes(":") ? `[${hostname}]` : hostname}:${port}`;
}

async function write(connection: Deno.Conn, bytes: Uint8Array): Promise<void> {
  let rest = bytes;
  while (rest.length > 0) rest = rest.subarray(await connection.write(rest));
}

/** @throws {Error} saying why there is no whole answer */
async function answerOn(connection: Deno.Conn): Promise<{ status: number; text: string }> {
  const reader = new ResponseReader();
  reader.expect(false, false);
  const buffer = new Uint8Array(BUFFER_BYTES);
  const decoder = new TextDecoder();
  let text = "";
  let start = 0;
  let end = 0;
  let hasEnded = false;
  for (;;) {
    const step = hasEnded ? reader.close() : reader.next(buffer, start, end);
    start = reader.position;
    if (step === STEP.END) return { status: reader.status, text: text + decoder.decode() };
    if (step === STEP.ERROR) throw new Error(`It is no HTTP answer: ${reader.error}`);
    if (step === STEP.CONTENT) {
      if (reader.contentBytes > MAX_ANSWER) throw new Error("The answer is too large");
      text += decoder.decode(buffer.subarray(reader.from, reader.to), { stream: true });
    }
    if (step !== STEP.MORE) continue;
    buffer.copyWithin(0, start, end);
    end -= start;
    start = 0;
    const count = await connection.read(buffer.subarray(end));
    if (count === null) hasEnded = true;
    else end += count;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
