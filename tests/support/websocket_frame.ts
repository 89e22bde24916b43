/** What a frame is to be. */
export interface FrameToMake {
  readonly opcode: number;
  /** Bytes of payload. */
  readonly length: number;
  /** @default true */
  readonly isFinal?: boolean;
  /** @default false */
  readonly isMasked?: boolean;
  /** Of the extended length, even where it need not be so long. @default the shortest */
  readonly lengthBytes?: 0 | 2 | 8;
}

/** Makes a WebSocket frame whose payload counts up. @see RFC 6455 §5.2 */
export function frame(made: FrameToMake): Uint8Array {
  const { opcode, length, isFinal = true, isMasked = false } = made;
  const lengthBytes = made.lengthBytes ?? (length < 126 ? 0 : length < 65_536 ? 2 : 8);
  const mask = isMasked ? [1, 2, 3, 4] : [];
  const short = lengthBytes === 0 ? length : lengthBytes === 2 ? 126 : 127;
  const header = [(isFinal ? 128 : 0) | opcode, (isMasked ? 128 : 0) | short];
  for (let i = lengthBytes - 1; i >= 0; i--) header.push(Math.floor(length / 256 ** i) & 255);
  const bytes = new Uint8Array(header.length + mask.length + length);
  bytes.set([...header, ...mask]);
  for (let i = 0; i < length; i++) {
    bytes[header.length + mask.length + i] = (i & 255) ^ (mask[i & 3] ?? 0);
  }
  return bytes;
}
