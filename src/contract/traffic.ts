/** How much passes between the network and the backend, over all its processes. Read now and then, never per request. */
export interface Traffic {
  /** Exchanges and tunnels that are under way, those that wait for a start included. */
  readonly inFlight: number;
  /** Exchanges handed to the backend since the host started. Only goes up. */
  readonly total: number;
}
