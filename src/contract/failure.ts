/** What a kind of failure looks like from outside. */
export interface Failure {
  /** HTTP status code of the host's answer. */
  readonly status: number;
  /** The IIS sub-status: in the log and on pages for local clients. */
  readonly subStatus: number;
  /** Whose fault it is. */
  readonly side: "client" | "host" | "backend";
  /** Names the failure for everybody; no detail. */
  readonly title: string;
  /** What to do about it, for whoever runs the host. */
  readonly remedy: string;
  /** Whether it is not answered at all: the connection is closed, over HTTP/2 the stream reset. */
  readonly isDropped?: true;
}
