/** Gives bytes as text in which one character is one byte. */
export function latin1(bytes: Uint8Array, from: number, to: number): string {
  // Not TextDecoder: its "latin1" is windows-1252, which changes the bytes 0x80 to 0x9F.
  if (to - from <= 4096) {
    return String.fromCharCode.apply(null, bytes.subarray(from, to) as unknown as number[]);
  }
  return latin1(bytes, from, from + 4096) + latin1(bytes, from + 4096, to);
}

/**
 * Writes text as bytes, one a character, and gives the offset after it, or -1 where a character is not one that
 * `allowed` marks. The caller has seen to the room.
 */
export function writeLatin1(
  out: Uint8Array,
  at: number,
  text: string,
  allowed: Uint8Array,
): number {
  const length = text.length;
  for (let i = 0; i < length; i++) {
    const code = text.charCodeAt(i);
    if (code > 255 || allowed[code] === 0) return -1;
    out[at + i] = code;
  }
  return at + length;
}
