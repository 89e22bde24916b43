/** Where whole lines go; never blocks who writes. */
export interface LineSink {
  /** Takes one line without its end. Never throws; drops it, counted, when too much waits. */
  write(line: string): void;
  /** How many lines were dropped in all. */
  readonly lost: number;
  /** Resolves when all that was taken has been written, or writing failed. */
  flush(): Promise<void>;
}

/** What a {@linkcode lineSink} may hold back. */
export interface LineSinkOptions {
  /** Bytes that may wait for a slow reader, in all. @default 1048576 */
  readonly maxWaitingBytes?: number;
}

/**
 * Makes a sink over something that writes bytes, such as standard error.
 * Lines wait in memory while the reader is slow; beyond the bound they are dropped, and one line says how many.
 */
export function lineSink(
  writer: { write(bytes: Uint8Array): Promise<number> },
  options: LineSinkOptions = {},
): LineSink {
  const max = options.maxWaitingBytes ?? 1024 * 1024;
  const encoder = new TextEncoder();
  let waiting: string[] = [];
  let waitingLength = 0;
  let dropped = 0;
  let lost = 0;
  let writing: Promise<void> | undefined;

  const take = (): Uint8Array => {
    if (dropped > 0) waiting.push(`(${dropped} log lines dropped: their reader was too slow)`);
    const bytes = encoder.encode(waiting.join("\n") + "\n");
    waiting = [];
    waitingLength = 0;
    dropped = 0;
    return bytes;
  };
  const drain = async () => {
    await Promise.resolve(); // lines of the same moment leave together
    while (waiting.length > 0) {
      let rest = take();
      while (rest.length > 0) rest = rest.subarray(await writer.write(rest));
    }
  };
  const start = () => {
    // A reader that has gone away is no reason to stop serving: its lines are lost, the next may find another.
    writing = drain().catch(() => {}).then(() => {
      writing = undefined;
      if (waiting.length > 0) start();
    });
  };

  return {
    write(line) {
      if (waitingLength + line.length > max) {
        dropped++;
        lost++;
        return;
      }
      waiting.push(line);
      waitingLength += line.length + 1;
      if (!writing) start();
    },
    get lost() {
      return lost;
    },
    async flush() {
      while (writing) await writing;
    },
  };
}
