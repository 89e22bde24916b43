import { CR, LF } from "./chars.ts";

/** Bytes to keep free before content so that {@linkcode frameChunk} can write the size there. */
export const CHUNK_BEFORE = 10;
/** Bytes to keep free after content so that {@linkcode frameChunk} can end the chunk there. */
export const CHUNK_AFTER = 2;
/** The last chunk and an empty trailer section. */
export const LAST_CHUNK: Uint8Array = Uint8Array.of(48, CR, LF, CR, LF);

/**
 * Makes a chunk of the bytes from `from` up to `to` without moving them: the size is written so that it ends at
 * `from`, the end of the chunk at `to`. Gives the offset where the chunk begins; it ends at `to + 2`.
 *
 * A received chunk has room for this around its own content, whatever stands in its size line.
 *
 * @param to more than `from`: an empty chunk would end the content; at most 4 GiB more
 */
export function frameChunk(bytes: Uint8Array, from: number, to: number): number {
  bytes[to] = CR;
  bytes[to + 1] = LF;
  let p = from;
  bytes[--p] = LF;
  bytes[--p] = CR;
  let rest = to - from;
  do {
    const digit = rest & 15;
    bytes[--p] = digit < 10 ? 48 + digit : 87 + digit;
    rest >>>= 4;
  } while (rest > 0);
  return p;
}
