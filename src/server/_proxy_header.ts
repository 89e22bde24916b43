/** What the first bytes of a connection are, on a listener whose peers must say who they speak for. */
export type ProxyHeader =
  /** It is not complete: read on, and give all of it again. */
  | { readonly at: "more" }
  /** It is no PROXY header, or a wrong one: close the connection without an answer. */
  | { readonly at: "error"; readonly why: string }
  /** The peer speaks for itself, or for somebody without an IP address: the connection's own addresses hold. */
  | { readonly at: "local"; readonly used: number }
  | {
    readonly at: "header";
    /** Bytes of the header: what follows is the client's. */
    readonly used: number;
    /** The client. */
    readonly source: { readonly address: string; readonly port: number };
    /** Whether the client spoke TLS to the peer; absent where that is not said. */
    readonly secure?: boolean;
  };
