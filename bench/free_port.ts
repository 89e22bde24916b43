const FIRST = 10_000;
const COUNT = 22_000;

/** Gives a free port below those that the system hands to outgoing connections, which could take it before its use. */
export function freePort(): number {
  while (true) {
    const port = FIRST + Math.floor(Math.random() * COUNT);
    try {
      Deno.listen({ hostname: "127.0.0.1", port }).close();
      return port;
    } catch (error) {
      if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    }
  }
}
