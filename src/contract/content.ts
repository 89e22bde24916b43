import type { Content } from "./exchange.ts";

/** No content at all. May be shared: it has no state. */
export const emptyContent: Content = {
  length: 0,
  read: () => Promise.resolve(null),
  state: () => "end",
  cancel() {},
};

/** Gives bytes that are in memory already, in one piece. */
export function bytesContent(bytes: Uint8Array): Content {
  let rest: Uint8Array | null = bytes.length > 0 ? bytes : null;
  return {
    length: bytes.length,
    read() {
      const piece = rest;
      rest = null;
      return Promise.resolve(piece);
    },
    state: () => rest === null ? "end" : "bytes",
    cancel() {
      rest = null;
    },
  };
}
