/**
 * Listens on a Unix socket.
 *
 * @param mode of its file, from the first moment on: who may write it may connect
 */
export function listenUnix(path: string, mode: number | undefined): Deno.Listener {
  if (mode === undefined) return Deno.listen({ transport: "unix", path });
  // A mode that were set afterwards would leave the socket open to others until then.
  const before = Deno.umask(0o777 & ~mode);
  try {
    return Deno.listen({ transport: "unix", path });
  } finally {
    Deno.umask(before);
  }
}
