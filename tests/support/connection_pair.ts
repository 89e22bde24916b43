import { TEST_CERTIFICATE } from "./test_certificate.ts";

/** How two ends are connected. */
export type ConnectionKind = "tcp" | "tcp6" | "dual" | "tls" | "unix";

/** Both ends of one connection within this process. */
export interface ConnectionPair extends Disposable {
  /** The end that was accepted. */
  readonly server: Deno.Conn;
  /** The end that connected. */
  readonly client: Deno.Conn;
}

/** Opens a connection to a listener of its own. */
export async function connectionPair(kind: ConnectionKind): Promise<ConnectionPair> {
  using stack = new DisposableStack();
  const { listener, connect } = await open(kind, stack);
  const [server, client] = await Promise.all([accept(listener), connect()]);
  const kept = stack.move();
  return {
    server,
    client,
    [Symbol.dispose]() {
      for (const end of [server, client]) {
        try {
          end.close();
        } catch { /* closed before */ }
      }
      kept.dispose();
    },
  };
}

async function accept(listener: Deno.Listener): Promise<Deno.Conn> {
  const conn = await listener.accept();
  if ("handshake" in conn) await (conn as Deno.TlsConn).handshake();
  return conn;
}

async function open(
  kind: ConnectionKind,
  stack: DisposableStack,
): Promise<{ listener: Deno.Listener; connect: () => Promise<Deno.Conn> }> {
  if (kind === "unix") {
    const folder = await Deno.makeTempDir();
    stack.defer(() => Deno.removeSync(folder, { recursive: true }));
    const path = `${folder}/socket`;
    const listener = stack.use(Deno.listen({ transport: "unix", path }));
    return { listener, connect: () => Deno.connect({ transport: "unix", path }) };
  }
  const address = kind === "tcp6" ? "::1" : kind === "dual" ? "::" : "127.0.0.1";
  const hostname = kind === "dual" ? "127.0.0.1" : address;
  const listener = stack.use(
    kind === "tls"
      ? Deno.listenTls({ hostname: address, port: 0, ...TEST_CERTIFICATE })
      : Deno.listen({ hostname: address, port: 0 }),
  );
  const { port } = listener.addr as Deno.NetAddr;
  const connect = () =>
    kind === "tls"
      ? Deno.connectTls({ hostname: "localhost", port, caCerts: [TEST_CERTIFICATE.cert] })
      : Deno.connect({ hostname, port });
  return { listener, connect };
}
