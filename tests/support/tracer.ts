/** `ptrace`'s request to become the tracer of a thread without stopping it. */
const SEIZE = 0x4206;

/** Makes this process the tracer of another until that one ends, as a debugger does. Linux with glibc or musl. */
export function trace(pid: number): void {
  const library = open();
  const result = library.symbols.ptrace(SEIZE, pid, null, null);
  library.close();
  if (result !== 0n) throw new Error(`Cannot trace process ${pid}`);
}

function open() {
  for (const name of ["libc.so.6", "libc.so"]) {
    try {
      return Deno.dlopen(
        name,
        {
          ptrace: { parameters: ["i32", "i32", "pointer", "pointer"], result: "i64" },
        } as const,
      );
    } catch {
      // another libc
    }
  }
  throw new Error("No C library");
}
