/** What a reader found in the bytes it was given. */
export const STEP = {
  /** Nothing more: give it the bytes from `position` on again, with further ones behind them. */
  MORE: 0,
  /** A head; of a response: the final one. */
  HEAD: 1,
  /** Content, from `from` up to `to`. */
  CONTENT: 2,
  /** The end of the message, trailers included. What follows is the next message. */
  END: 3,
  /** An error: see `error`. Nothing that follows means anything. */
  ERROR: 4,
  /** The head of an interim response (1xx); the final one is still to come. */
  INTERIM: 5,
  /** The head of a response that switches protocols: what follows is no HTTP. */
  SWITCHED: 6,
} as const;

/** One of {@linkcode STEP}. */
export type Step = typeof STEP[keyof typeof STEP];
