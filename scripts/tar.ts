const BLOCK_BYTES = 512;

/**
 * Gives the content of one file in a tar archive, as a view on the archive's bytes.
 *
 * @param archive the archive, already decompressed
 * @param name the file's full name in the archive
 * @throws {Error} when there is no such file
 */
export function fileInTar(archive: Uint8Array, name: string): Uint8Array {
  for (let at = 0; at + BLOCK_BYTES <= archive.length;) {
    const header = archive.subarray(at, at + BLOCK_BYTES);
    const sizeBytes = parseInt(text(header, 124, 12), 8) || 0;
    const start = at + BLOCK_BYTES;
    if (text(header, 0, 100) === name) return archive.subarray(start, start + sizeBytes);
    at = start + Math.ceil(sizeBytes / BLOCK_BYTES) * BLOCK_BYTES;
  }
  throw new Error(`Cannot find "${name}" in the archive`);
}

/** Reads a header field, which a zero byte ends. */
function text(header: Uint8Array, offset: number, length: number): string {
  const field = header.subarray(offset, offset + length);
  const end = field.indexOf(0);
  return new TextDecoder().decode(end < 0 ? field : field.subarray(0, end)).trim();
}
