/** Field lines in their order. Text is latin1. */
export type Lines = readonly (readonly [name: string, value: string])[];

/** A request as a case describes it, whatever version of HTTP carries it. */
export interface RequestToSend {
  /** @default "GET" */
  readonly method?: string;
  /** @default "/" */
  readonly target?: string;
  /** Beside `Host`, which is `example.test` (`:authority` in HTTP/2). */
  readonly fields?: Lines;
  /** The content, or its first piece where `announces` is given. */
  readonly content?: string;
  /**
   * Says that more content follows by `write()` and `end()`: so many bytes in all, or nobody knows how many.
   * Without it the content is sent whole.
   */
  readonly announces?: number | "unknown";
}

/** The head of an answer. */
export interface AnswerHead {
  readonly status: number;
  /** Empty in HTTP/2, which has none. */
  readonly reason: string;
  /** In HTTP/2 names are in lower case. */
  readonly fields: Lines;
}

/** An answer as it came over the wire, its content without its framing. */
export interface Answer extends AnswerHead {
  readonly content: string;
  readonly trailers: Lines;
  /** Whether the framing says that all of the content came. */
  readonly complete: boolean;
}

/** A request that was sent and its answer, which may come at the same time. */
export interface Sending {
  /** Sends a piece of the content that was announced. */
  write(content: string | Uint8Array): Promise<void>;
  /** Says that the content has ended. Trailers only where its length was not announced. */
  end(trailers?: Lines): Promise<void>;
  /** Reads the next head, interim or final. */
  head(): Promise<AnswerHead>;
  /** Reads content until some text of it has come; gives all that came so far. */
  through(text: string): Promise<string>;
  /** Reads to the end of the answer; interim ones before it are passed over. */
  answer(): Promise<Answer>;
  /** Leaves: the answer is not wanted any more. */
  leave(): void;
}

/** A client of one lane. */
export interface LaneClient {
  /** The port that the host sees it come from. */
  readonly localPort: number;
  send(request?: RequestToSend): Promise<Sending>;
  /** Sends a request and reads its answer. */
  exchange(request?: RequestToSend): Promise<Answer>;
  close(): void;
}

/** How long a case may take before it is given up, milliseconds. Nothing is asserted about time. */
export const PATIENCE_MS = 20_000;

/** How the content of a request is announced. */
export function announced({ content, announces }: RequestToSend): number | "unknown" | undefined {
  return announces ?? content?.length;
}
