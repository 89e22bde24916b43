/** What a command may say, and to whom: given to it, so that a test can listen. */
export interface Console {
  /** Writes one line to standard output: what was asked for. */
  out(line: string): void;
  /** Writes one line to standard error: what went wrong. */
  error(line: string): void;
}

/** The console of this process. */
export const processConsole: Console = {
  // deno-lint-ignore no-console -- the one place that writes to it
  out: (line) => console.log(line),
  // deno-lint-ignore no-console -- the one place that writes to it
  error: (line) => console.error(line),
};

/** How the program ends. @see sysexits(3) */
export const EXIT = {
  /** Stopped as asked, or did what was asked. */
  ok: 0,
  /** Wrong usage. */
  usage: 64,
  /** Cannot listen; or no host runs that could be asked. */
  unavailable: 69,
  /** A bug of this program; or the host that was asked answered with an error. */
  bug: 70,
  /** A file is there already, or cannot be written. */
  cannotWrite: 73,
  /**
   * What was asked of a running host is not done: the old backend serves on, or the time was over; or somebody who was
   * asked said no.
   */
  unfinished: 75,
  /** The configuration cannot be used. */
  config: 78,
} as const;
