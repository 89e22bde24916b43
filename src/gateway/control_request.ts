import { answerStatus, exchangeOver } from "./_single_exchange.ts";

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
  try {
    const lines = head(address, request);
    return { at: "answered", ...await exchangeOver(connection, lines, signal, answerOn) };
  } catch (error) {
    signal.throwIfAborted();
    return { at: "broken", why: messageOf(error) };
  }
}

function connect(address: ControlAddress, signal: AbortSignal): Promise<Deno.Conn> {
  if (address.kind === "unix") return Deno.connect({ transport: "unix", path: address.path });
  const { hostname, port } = address;
  return Deno.connect({ hostname, port, signal });
}

function head(address: ControlAddress, { method, target, token }: ControlRequest): string[] {
  return [
    `${method} ${target} HTTP/1.1`,
    `Host: ${authorityOf(address)}`,
    ...(token === undefined ? [] : [`Authorization: Bearer ${token}`]),
    ...(method === "POST" ? ["Content-Length: 0"] : []),
    "Connection: close",
  ];
}

function authorityOf(address: ControlAddress): string {
  if (address.kind === "unix") return "localhost";
  const { hostname, port } = address;
  return `${hostname.includes(":") ? `[${hostname}]` : hostname}:${port}`;
}

/** @throws {Error} saying why there is no whole answer */
async function answerOn(connection: Deno.Conn): Promise<{ status: number; text: string }> {
  const decoder = new TextDecoder();
  let text = "";
  const status = await answerStatus(connection, (piece, total) => {
    if (total > MAX_ANSWER) throw new Error("The answer is too large");
    text += decoder.decode(piece, { stream: true });
  });
  return { status, text: text + decoder.decode() };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
