/** The kinds of applications that can be told by what lies in their folder. */
export const APP_KINDS = ["dotnet", "node", "deno", "python", "executable"] as const;
/** One of {@linkcode APP_KINDS}. */
export type AppKind = typeof APP_KINDS[number];

/** A way to start what lies in a folder. */
export interface AppCandidate {
  /** What it is. */
  readonly kind: AppKind;
  /** The file that it was told by, relative to the folder. */
  readonly entry: string;
  /** Why it is taken for that: one sentence without a full stop. */
  readonly reason: string;
  /** The program, as web.config names it. */
  readonly processPath: string;
  /** In Windows quoting; `%PORT%` where the program has to be told its port there. */
  readonly arguments: string;
  /** What to look at before it serves: sentences without a full stop. */
  readonly notes: readonly string[];
}

/** What one kind of application finds in a folder. */
export interface Found {
  /** What can be served, the likeliest first. */
  readonly candidates: readonly AppCandidate[];
  /** What is there and cannot be served as it is, and what would be right: sentences without a full stop. */
  readonly hints: readonly string[];
}

/** Nothing. */
export const NOTHING: Found = { candidates: [], hints: [] };
