/** Bytes of a buffer that content passes through where it fills the ordinary one. */
export const LARGE_BYTES = 64 * 1_024;
/** How many are kept for the next exchange. */
const MAX_KEPT = 64;

const kept: Uint8Array[] = [];

/** Gives a large buffer with whatever was in it. */
export function takeLarge(): Uint8Array {
  return kept.pop() ?? new Uint8Array(LARGE_BYTES);
}

/** Takes one back that nobody reads or writes any more; others than large ones are left to the collector. */
export function giveLarge(buffer: Uint8Array): void {
  if (buffer.length === LARGE_BYTES && kept.length < MAX_KEPT) kept.push(buffer);
}
