/** How much of each thing a message may hold. */
export interface Limits {
  /** Bytes of a head, from its first byte to the empty line and with it; above: 431. */
  readonly headBytes: number;
  /** Bytes of a request target; above: 414. */
  readonly targetBytes: number;
  /** Bytes of a method; above: 501. */
  readonly methodBytes: number;
  /** Field lines of a head or of a trailer section; above: 431. */
  readonly fields: number;
  /** Bytes of the line before a chunk, its CR LF included; above: 400. */
  readonly chunkLineBytes: number;
  /**
   * Bytes by which the framing of chunks may outgrow twice the content it frames, 16 bytes free for
   * each chunk; above: 400. Keeps a sender from buying much work with little content.
   */
  readonly chunkOverheadBytes: number;
  /** Bytes of a trailer section with its empty line; above: 400. */
  readonly trailerBytes: number;
  /** Members of `Connection` that are none of close, keep-alive and upgrade; above: 400. */
  readonly connectionOptions: number;
}

/** What clients may send. */
export const REQUEST_LIMITS: Limits = {
  headBytes: 32_768,
  targetBytes: 16_384,
  methodBytes: 256,
  fields: 200,
  chunkLineBytes: 4096,
  chunkOverheadBytes: 16_384,
  trailerBytes: 8192,
  connectionOptions: 32,
};

/** What the backend may send: a larger head, and as many fields as fit in it. @see ANCM F-57 */
export const RESPONSE_LIMITS: Limits = { ...REQUEST_LIMITS, headBytes: 65_536, fields: 1000 };
