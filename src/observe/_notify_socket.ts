/** The way to the manager of the service. */
export interface NoticeSender extends Disposable {
  /** Sends one message. @throws where that cannot be */
  send(text: string): void;
  /** Gives the time of the clock that the manager knows, too, microseconds. */
  monotonic(): bigint;
}

// As Linux has them on every processor that Deno runs on.
const AF_UNIX = 1;
const SOCK_DGRAM = 2;
const SOCK_NONBLOCK = 0o4000;
const SOCK_CLOEXEC = 0o2000000;
const MSG_NOSIGNAL = 0x4000;
const CLOCK_MONOTONIC = 1;
const LONGEST_PATH = 107;

/** The C library, by the names it has with glibc and with musl. */
const LIBRARIES = ["libc.so.6", "libc.so", "libc.musl-x86_64.so.1", "libc.musl-aarch64.so.1"];

const SYMBOLS = {
  socket: { parameters: ["i32", "i32", "i32"], result: "i32" },
  sendto: { parameters: ["i32", "buffer", "usize", "i32", "buffer", "u32"], result: "isize" },
  close: { parameters: ["i32"], result: "i32" },
  clock_gettime: { parameters: ["i32", "buffer"], result: "i32" },
} as const satisfies Deno.ForeignLibraryInterface;

/**
 * Gives what sends to a socket of datagrams, by its path or, beginning with `@`, by a name without a file. Deno
 * itself would have to bind a file of its own for that, and knows no such names.
 *
 * @throws {Error} where there is no such socket to be had
 */
export function noticeSender(address: string): NoticeSender {
  const target = socketAddress(address);
  const library = openLibrary();
  const { socket, sendto, close, clock_gettime } = library.symbols;
  return {
    send(text) {
      const descriptor = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
      if (descriptor < 0) throw new Error("there is no socket to be had");
      const bytes = new TextEncoder().encode(text);
      const { length } = bytes;
      const sent = sendto(descriptor, bytes, BigInt(length), MSG_NOSIGNAL, target, target.length);
      close(descriptor);
      if (Number(sent) !== length) throw new Error(`nobody takes messages at "${address}"`);
    },
    monotonic() {
      const time = new BigInt64Array(2);
      clock_gettime(CLOCK_MONOTONIC, new Uint8Array(time.buffer));
      const [seconds = 0n, nanoseconds = 0n] = time;
      return seconds * 1_000_000n + nanoseconds / 1_000n;
    },
    [Symbol.dispose]: () => library.close(),
  };
}

/** Makes a `sockaddr_un`. */
function socketAddress(address: string): Uint8Array<ArrayBuffer> {
  const isNamed = address.startsWith("@");
  if (!isNamed && !address.startsWith("/")) {
    throw new Error(`"${address}" is neither a path nor a name that begins with @`);
  }
  const path = new TextEncoder().encode(address);
  if (path.length > LONGEST_PATH) throw new Error(`"${address}" is too long for a socket`);
  if (isNamed) path[0] = 0;
  // A path ends with a zero, a name with its length.
  const bytes = new Uint8Array(2 + path.length + (isNamed ? 0 : 1));
  bytes[0] = AF_UNIX;
  bytes.set(path, 2);
  return bytes;
}

function openLibrary(): Deno.DynamicLibrary<typeof SYMBOLS> {
  for (const name of LIBRARIES) {
    try {
      return Deno.dlopen(name, SYMBOLS);
    } catch {
      // Another name, another libc.
    }
  }
  throw new Error("the C library cannot be opened");
}
