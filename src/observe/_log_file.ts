import type { LogFile } from "../contract/log_file.ts";

const LINE_FEED = 10;

/** What a {@linkcode openLogFile} needs. */
export interface LogFileOptions {
  /** Absolute. */
  readonly path: string;
  /** Stands before the first line that is written, not before: a file that gets none stays as it was. */
  readonly header: string;
  readonly isOver: () => boolean;
}

/**
 * Opens a file to write behind what it holds. A last line that was never finished is ended first.
 *
 * @throws the system's error
 */
export async function openLogFile({ path, header, isOver }: LogFileOptions) {
  const file = await Deno.open(path, { read: true, append: true, create: true, mode: 0o640 });
  try {
    const { size, mtime, isFile } = await file.stat();
    const isCut = isFile && size > 0 && await lastByte(file) !== LINE_FEED;
    const opened = headed({ path, size, write: (bytes) => file.write(bytes), isOver }, () => {
      return isCut ? `\n${header}` : header;
    });
    return { ...opened, size, writtenAt: size > 0 ? mtime : null, close: () => file.close() };
  } catch (error) {
    file.close();
    throw error;
  }
}

/** Puts a header before the first bytes that are written. A write that fails within it goes on there. */
export function headed<F extends Pick<LogFile, "write">>(file: F, header: () => string): F {
  let rest: Uint8Array | undefined;
  return {
    ...file,
    async write(bytes: Uint8Array) {
      rest ??= new TextEncoder().encode(header());
      while (rest.length > 0) rest = rest.subarray(await file.write(rest));
      return await file.write(bytes);
    },
  };
}

async function lastByte(file: Deno.FsFile): Promise<number | undefined> {
  const byte = new Uint8Array(1);
  await file.seek(-1, Deno.SeekMode.End);
  await file.read(byte);
  return byte[0];
}
