import { BufferPool } from "../contract/buffers.ts";

/** Bytes of a buffer for a head and what goes out with it. */
const OUT_BYTES = 16 * 1_024;

/** For heads on their way out. */
export const outBuffers: BufferPool = new BufferPool(OUT_BYTES, 1_024);
