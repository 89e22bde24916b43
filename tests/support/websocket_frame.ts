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

/** A frame to be sent as it is, whether it keeps the rules or not. @see RFC 6455 §5.2 */
export interface Frame {
  readonly opcode: number;
  /** @default none */
  readonly payload?: Uint8Array;
  /** @default true */
  readonly isFinal?: boolean;
  /** The three reserved bits, 1 to 7. @default 0 */
  readonly reserved?: number;
  /** Whether it is masked where it may not be, or not where it has to be. @default false */
  readonly isMaskWrong?: boolean;
  /** What an extended length of eight bytes says, where that is not the length of the payload. */
  readonly claims?: bigint;
}

const MASK = [0x5a, 0, 0xff, 0x33] as const;

/** Gives the bytes of a frame. @param isClient whether frames of its sender are to be masked */
export function bytesOfFrame(made: Frame, isClient: boolean): Uint8Array {
  const { opcode, payload = new Uint8Array(0), isFinal = true, reserved = 0, claims } = made;
  const isMasked = isClient !== (made.isMaskWrong ?? false);
  const length = claims ?? BigInt(payload.length);
  const lengthBytes = length < 126n ? 0 : length < 65_536n ? 2 : 8;
  const short = lengthBytes === 0 ? Number(length) : lengthBytes === 2 ? 126 : 127;
  const head = [(isFinal ? 128 : 0) | (reserved << 4) | opcode, (isMasked ? 128 : 0) | short];
  for (let i = lengthBytes - 1; i >= 0; i--) head.push(Number(length >> BigInt(8 * i) & 255n));
  if (!isMasked) return Uint8Array.from([...head, ...payload]);
  return Uint8Array.from([...head, ...MASK, ...payload.map((byte, i) => byte ^ MASK[i & 3]!)]);
}
