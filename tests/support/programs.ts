/** What a program printed. */
export interface Printed {
  readonly code: number;
  readonly out: string;
  readonly error: string;
}

/**
 * Runs a program to its end, 30 s at most.
 *
 * @returns undefined where it is not installed; a line says so
 */
export async function runIfInstalled(
  program: string,
  ...args: string[]
): Promise<Printed | undefined> {
  try {
    const signal = AbortSignal.timeout(30_000);
    const { code, stdout, stderr } = await new Deno.Command(program, { args, signal }).output();
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    return { code, out: text(stdout), error: text(stderr) };
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    // deno-lint-ignore no-console -- who reads the tests' output is to know
    console.log(`    "${program}" is not installed: passed over`);
    return undefined;
  }
}
