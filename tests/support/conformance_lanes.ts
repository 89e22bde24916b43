import type { ListenOptions } from "../../src/server/listener.ts";
import type { LaneClient } from "./conformance_client.ts";
import { Http1Client } from "./conformance_http1.ts";
import { Http2Client } from "./conformance_http2.ts";
import { TEST_CERTIFICATE } from "./test_certificate.ts";

/** One way from a client through the host to the backend. */
export interface Lane {
  /** In the name of every test on it. */
  readonly name: string;
  /** How requests reach the backend. */
  readonly transport: "wire" | "fetch";
  /** What clients speak. */
  readonly protocol: "http1" | "http2";
  /** Whether clients come over TLS. */
  readonly secure: boolean;
  /** To listen on. */
  readonly url: string;
  /** What the listener needs beside. */
  readonly listenOptions?: Partial<ListenOptions>;
  /** Connects a client to a listener. */
  open(url: string): Promise<LaneClient>;
}

const PLAIN = { secure: false, url: "http://127.0.0.1:0" } as const;
const TLS = {
  secure: true,
  url: "https://127.0.0.1:0",
  listenOptions: {
    certificate: {
      ...TEST_CERTIFICATE,
      subject: "CN=localhost",
      fingerprint: "of the tests",
      validFrom: new Date(0),
      validTo: new Date(8.64e15),
    },
  },
} as const;

/** Every case runs on every one of these, or its table says why not. */
export const LANES: readonly Lane[] = [
  {
    name: "HTTP/1.1",
    transport: "wire",
    protocol: "http1",
    ...PLAIN,
    open: async (url) => new Http1Client(await connect(url)),
  },
  {
    name: "HTTP/1.1 over TLS",
    transport: "wire",
    protocol: "http1",
    ...TLS,
    open: async (url) => new Http1Client(await connectTls(url, "http/1.1")),
  },
  {
    name: "HTTP/2 over TLS",
    transport: "wire",
    protocol: "http2",
    ...TLS,
    open: async (url) => new Http2Client(await connectTls(url, "h2"), true),
  },
  {
    name: "HTTP/2 by preface",
    transport: "wire",
    protocol: "http2",
    ...PLAIN,
    open: async (url) => new Http2Client(await connect(url), false),
  },
  {
    name: "HTTP/1.1, fetch",
    transport: "fetch",
    protocol: "http1",
    ...PLAIN,
    open: async (url) => new Http1Client(await connect(url)),
  },
];

async function connect(url: string): Promise<Deno.TcpConn> {
  const { port } = new URL(url);
  const conn = await Deno.connect({ hostname: hostnameOf(url), port: Number(port) });
  conn.setNoDelay(true);
  return conn;
}

async function connectTls(url: string, protocol: "h2" | "http/1.1"): Promise<Deno.Conn> {
  const conn = await Deno.startTls(await connect(url), {
    hostname: hostnameOf(url),
    caCerts: [TEST_CERTIFICATE.cert],
    alpnProtocols: [protocol],
  });
  const { alpnProtocol } = await conn.handshake();
  if (alpnProtocol !== protocol) throw new Error(`The host chose "${alpnProtocol}"`);
  return conn;
}

/** An IPv6 address stands without its brackets where it is connected to. */
function hostnameOf(url: string): string {
  return new URL(url).hostname.replace(/^\[|\]$/g, "");
}
