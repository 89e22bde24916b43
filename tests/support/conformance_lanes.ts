import type { ListenOptions } from "../../src/server/listener.ts";
import type { LaneClient } from "./conformance_client.ts";
import { Http1Client } from "./conformance_http1.ts";

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
  /** What the listener needs beside, such as a certificate. */
  readonly listenOptions?: Partial<ListenOptions>;
  /** Connects a client to a listener. */
  open(url: string): Promise<LaneClient>;
}

const PLAIN = "http://127.0.0.1:0";

/** Every case runs on every one of these, or its table says why not. */
export const LANES: readonly Lane[] = [
  {
    name: "HTTP/1.1",
    transport: "wire",
    protocol: "http1",
    secure: false,
    url: PLAIN,
    open: async (url) => new Http1Client(await connect(url)),
  },
  {
    name: "HTTP/1.1, fetch",
    transport: "fetch",
    protocol: "http1",
    secure: false,
    url: PLAIN,
    open: async (url) => new Http1Client(await connect(url)),
  },
];

async function connect(url: string): Promise<Deno.Conn> {
  const { hostname, port } = new URL(url);
  return await Deno.connect({ hostname, port: Number(port) });
}
