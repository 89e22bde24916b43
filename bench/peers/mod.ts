/** The programs that are measured beside ours, those that are installed. */
import { caddy } from "./caddy.ts";
import { haproxy } from "./haproxy.ts";
import { nginx } from "./nginx.ts";
import type { Peer } from "./peer.ts";
import { yarp } from "./yarp.ts";

export type { Peer, PeerSite } from "./peer.ts";

/** All of them, in the order of the tables. */
export const PEERS: readonly Peer[] = [nginx, haproxy, caddy, yarp];
