import { type SocketAddress, trimmedAddress } from "./_socket_address.ts";

/** The system's calls about sockets, for descriptors that may be anything or nothing. */
export interface SocketCalls {
  /** Gives the socket's own address, valid until the next call; undefined where it is no socket. */
  ownName(descriptor: number): SocketAddress | undefined;
  /** Gives the peer's address, valid until the next call; undefined where it is no connected socket. */
  peerName(descriptor: number): SocketAddress | undefined;
  /** Lets closing drop what is unsent and reset the connection. */
  resetOnClose(descriptor: number): void;
  /** Ends both ways; whoever waits to write is told. */
  shutdown(descriptor: number): boolean;
}

// As Linux has them on every processor that Deno runs on.
const SOL_SOCKET = 1;
const SO_LINGER = 13;
const SHUT_RDWR = 2;
const LINGER_ZERO = Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0);
const LONGEST_ADDRESS = 128;

/** The C library, by the names it has with glibc and with musl. */
const LIBRARIES = [
  "libc.so.6",
  "libc.so",
  "libc.musl-x86_64.so.1",
  "libc.musl-aarch64.so.1",
  "/lib/ld-musl-x86_64.so.1",
  "/lib/ld-musl-aarch64.so.1",
];

const SYMBOLS = {
  getsockname: { parameters: ["i32", "buffer", "buffer"], result: "i32" },
  getpeername: { parameters: ["i32", "buffer", "buffer"], result: "i32" },
  setsockopt: { parameters: ["i32", "i32", "i32", "buffer", "u32"], result: "i32" },
  shutdown: { parameters: ["i32", "i32"], result: "i32" },
} as const satisfies Deno.ForeignLibraryInterface;

let calls: SocketCalls | null | undefined;

/** Gives the calls, opened when first asked for and kept; null on systems where they are not to be had. */
export function socketCalls(): SocketCalls | null {
  if (calls === undefined) calls = Deno.build.os === "linux" ? openCalls() : null;
  return calls;
}

function openCalls(): SocketCalls | null {
  const library = openLibrary();
  if (!library) return null;
  const { getsockname, getpeername, setsockopt, shutdown } = library.symbols;
  const address = new Uint8Array(LONGEST_ADDRESS);
  const length = new Uint32Array(1);
  const ask = (call: typeof getsockname, descriptor: number) => {
    length[0] = LONGEST_ADDRESS;
    if (call(descriptor, address, length) !== 0) return undefined;
    return trimmedAddress(address, length[0]);
  };
  return {
    ownName: (descriptor) => ask(getsockname, descriptor),
    peerName: (descriptor) => ask(getpeername, descriptor),
    resetOnClose(descriptor) {
      setsockopt(descriptor, SOL_SOCKET, SO_LINGER, LINGER_ZERO, LINGER_ZERO.length);
    },
    shutdown: (descriptor) => shutdown(descriptor, SHUT_RDWR) === 0,
  };
}

function openLibrary(): Deno.DynamicLibrary<typeof SYMBOLS> | undefined {
  for (const name of LIBRARIES) {
    try {
      return Deno.dlopen(name, SYMBOLS);
    } catch {
      // Another name, another libc; or no permission for any.
    }
  }
  return undefined;
}
