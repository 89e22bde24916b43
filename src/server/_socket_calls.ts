import { type SocketAddress, trimmedAddress } from "./_socket_address.ts";

/** The system's calls about sockets, for descriptors that may be anything or nothing. */
export interface SocketCalls {
  /** Gives the socket's own address, valid until the next call; undefined where it is no socket. */
  ownName(descriptor: number): SocketAddress | undefined;
  /** Gives the peer's address, valid until the next call; undefined where it is no connected socket. */
  peerName(descriptor: number): SocketAddress | undefined;
  /**
   * Breaks a connection off without a regular end, and wakes who waits for it: a TCP peer sees a reset at once, and
   * what is unsent is dropped.
   */
  breakOff(descriptor: number): boolean;
  /** Lets small writes go out at once; what a listening socket accepts from then on does the same. */
  noDelay(descriptor: number): boolean;
  /** Of the sockets that share a port by `reusePort`, lets one have all new connections; they count by age. */
  preferListener(descriptor: number, index: number): boolean;
}

// As Linux has them on every processor that Deno runs on.
const SOL_SOCKET = 1;
const SO_LINGER = 13;
const SHUT_RDWR = 2;
const IPPROTO_TCP = 6;
const TCP_NODELAY = 1;
const ONE = Uint8Array.of(1, 0, 0, 0);
const SO_ATTACH_REUSEPORT_CBPF = 51;
/** The instruction of the packet filter that gives a constant. */
const BPF_RETURN = 6;
const LINGER_ZERO = Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0);
/** An address of no family: connecting to it disconnects. */
const NO_ADDRESS = new Uint8Array(16);
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
  connect: { parameters: ["i32", "buffer", "u32"], result: "i32" },
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
  const { getsockname, getpeername, connect, setsockopt, shutdown } = library.symbols;
  const address = new Uint8Array(LONGEST_ADDRESS);
  const length = new Uint32Array(1);
  // A buffer of its own: the memory of small arrays may be moved.
  const filter = new Uint8Array(new ArrayBuffer(8));
  const filterAt = BigInt(Deno.UnsafePointer.value(Deno.UnsafePointer.of(filter)));
  const ask = (call: typeof getsockname, descriptor: number) => {
    length[0] = LONGEST_ADDRESS;
    if (call(descriptor, address, length) !== 0) return undefined;
    return trimmedAddress(address, length[0]);
  };
  return {
    ownName: (descriptor) => ask(getsockname, descriptor),
    peerName: (descriptor) => ask(getpeername, descriptor),
    breakOff(descriptor) {
      setsockopt(descriptor, SOL_SOCKET, SO_LINGER, LINGER_ZERO, LINGER_ZERO.length);
      // Shutting down first would send a regular end; a Unix socket knows nothing else.
      if (connect(descriptor, NO_ADDRESS, NO_ADDRESS.length) === 0) return true;
      return shutdown(descriptor, SHUT_RDWR) === 0;
    },
    preferListener(descriptor, index) {
      // A program of one instruction; what it gives is the socket.
      filter.set([BPF_RETURN, 0, 0, 0, index]);
      const program = new BigUint64Array([1n, filterAt]);
      const { byteLength } = program;
      return setsockopt(
        descriptor,
        SOL_SOCKET,
        SO_ATTACH_REUSEPORT_CBPF,
        new Uint8Array(program.buffer),
        byteLength,
      ) === 0;
    },
    noDelay: (descriptor) =>
      setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, ONE, ONE.length) === 0,
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
