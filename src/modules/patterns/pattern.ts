import { HostError } from "../../contract/host_error.ts";

/** Longest input of one match, in characters. Backtracking cannot be interrupted, so it must not have much to do. */
export const MAX_PATTERN_INPUT = 8192;

/** What a pattern found: all that it matched, then its groups; one that took no part is undefined. */
export type Captures = ArrayLike<string | undefined>;

/** A pattern for one line, such as a URL or a field. Has no state. */
export interface Pattern {
  /**
   * Searches the input; null where nothing fits.
   *
   * @throws {HostError} `pattern-input-too-long` beyond {@linkcode MAX_PATTERN_INPUT}
   */
  match(input: string): Captures | null;
}

/** A match and where it begins. */
export interface Found {
  /** All that was matched, then the groups. */
  readonly captures: Captures;
  /** Offset in the text. */
  readonly index: number;
}

/** A pattern for text of many lines and any length. Has no state. */
export interface TextPattern {
  /** Searches from an offset on; undefined where nothing fits. */
  find(text: string, from: number): Found | undefined;
}

/** A pattern, perhaps with something to warn of; or what is wrong with it and what would be right. */
export type Reading<P> =
  | { readonly pattern: P; readonly warning?: string }
  | { readonly wrong: string; readonly right: string };

/** Makes a pattern of what searches, for input of a bounded length. */
export function bounded(search: (input: string) => Captures | null): Pattern {
  return {
    match(input) {
      if (input.length <= MAX_PATTERN_INPUT) return search(input);
      throw new HostError(
        "pattern-input-too-long",
        `Cannot match a pattern against ${input.length} characters; ${MAX_PATTERN_INPUT} are the most`,
      );
    },
  };
}
