import type { Certificate } from "../certificate.ts";
import type { Program } from "../programs.ts";

/** What a peer is told: all of them the same. */
export interface PeerSite {
  /** A folder of its own, removed afterwards. */
  readonly folder: string;
  readonly backendPort: number;
  /** The pairing token, which every peer adds to each request. */
  readonly token: string;
  readonly port: number;
  /** Where to listen for TLS; absent where the question does not ask for it. */
  readonly tls?: Certificate & { readonly port: number };
  /** How many clients connect at once, at most. */
  readonly connections: number;
}

/** A program that does a gateway's work and is measured beside ours. */
export interface Peer {
  readonly name: string;
  /** Gives its version; absent where it is not installed. */
  version(): Promise<string | undefined>;
  /** Writes its configuration into its folder and starts it; returns before it listens. */
  start(site: PeerSite): Promise<Program>;
}

/** What web.config allows by default, and so each peer. */
export const MAX_CONTENT_BYTES = 30_000_000;
