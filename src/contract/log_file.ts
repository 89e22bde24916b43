import type { HostEvent } from "./event.ts";

/** A file that is being written. */
export interface LogFile {
  /** As people name it. */
  readonly path: string;
  /** Bytes that were in it when it was begun. @default 0 */
  readonly size?: number;
  /** Tells whether the time that it is for has passed. @default never */
  isOver?(): boolean;
  /** Gives how many of the bytes were written. @throws the system's error */
  write(bytes: Uint8Array): Promise<number>;
  close(): void;
}

/** The files of one log. */
export interface LogFiles<F extends LogFile> {
  /** Begins the first, or the one that comes behind another. @throws the system's error */
  begin(last?: F): Promise<F>;
  /** Begins a file again under the name it has, for others may have moved it. Absent: it stays. */
  reopen?(file: F): Promise<F>;
  /** Deletes the oldest files beyond those that are kept, never one that is being written. Never rejects. */
  prune(): Promise<void>;
}

/** What a file may grow to before the next is begun; 0 is no limit. */
export interface LogLimits {
  readonly maxBytes: number;
  readonly maxAgeMs: number;
}

/** How a log is spoken of. */
export interface LogWords {
  /** What the names of its events begin with, such as `stdout-log`. */
  readonly event: string;
  /** Such as `stdout log`. */
  readonly log: string;
  /** What its lines are, such as `the backend's output`. */
  readonly lines: string;
  /** Says in the place of lines that are missing how many they were. */
  readonly gapLine: (lines: number) => string;
  /** Makes the event for a log that there will not be. */
  readonly notCreated: (path: string, why: string) => HostEvent;
  /** Of the event that the next file cannot be begun. */
  readonly notRotatedId?: number;
}
