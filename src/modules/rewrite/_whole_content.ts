import type { Content } from "../../contract/exchange.ts";

/** The bytes of a content, or the content itself, unchanged, where there are too many of them. */
export type WholeContent =
  | { readonly bytes: Uint8Array }
  | { readonly tooLarge: Content };

/**
 * Reads a content to its end, as far as it has no more bytes than a limit.
 *
 * @throws what the content fails with
 */
export async function wholeContent(content: Content, limit: number): Promise<WholeContent> {
  if ((content.length ?? 0) > limit) return { tooLarge: content };
  const pieces: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const piece = await content.read();
    if (piece === null) break;
    size += piece.length;
    pieces.push(piece.slice()); // it is good only until the next read
    if (size > limit) return { tooLarge: resumed(pieces, content) };
  }
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return { bytes };
}

/** Gives what was read of a content already, then its rest. */
function resumed(pieces: Uint8Array[], rest: Content): Content {
  return {
    length: rest.length,
    async read() {
      return pieces.shift() ?? await rest.read();
    },
    state: () => pieces.length > 0 ? "bytes" : rest.state?.() ?? "waiting",
    cancel(reason) {
      pieces.length = 0;
      rest.cancel(reason);
    },
    trailers: () => rest.trailers?.(),
  };
}
