import type { ServerLimits } from "./limits.ts";
import type { IsTrusted } from "./trusted_proxy.ts";

/**
 * Why a connection that came was not served.
 *
 * - `limit`, `address-limit`: {@linkcode ServerLimits.connections}, {@linkcode ServerLimits.connectionsPerAddress}
 * - `handshake`: that of TLS failed or took too long
 * - `proxy-header`: there was no PROXY header, a wrong one, or none in time, on a listener that wants one
 * - `accept`: the system gave none: it broke before it was taken, or no descriptor is left
 */
export type Refusal = "limit" | "address-limit" | "handshake" | "proxy-header" | "accept";

/** Counts the connections that are open, in all and of each address, and says when there are too many. */
export class Admission {
  readonly #limits: ServerLimits;
  readonly #isTrusted: IsTrusted;
  /** Empty where addresses have no limit. */
  readonly #ofAddress = new Map<string, number>();
  #open = 0;

  /** @param isTrusted for who so many others are behind one address */
  constructor(limits: ServerLimits, isTrusted: IsTrusted = () => false) {
    this.#limits = limits;
    this.#isTrusted = isTrusted;
  }

  /** Connections that have entered and not left. */
  get open(): number {
    return this.#open;
  }

  /**
   * Takes one connection more, which {@linkcode leave}s in the end, or says why not.
   *
   * @param address of its client; the empty string where it has none, or none yet
   */
  enter(address: string): Refusal | undefined {
    if (this.#open >= this.#limits.connections) return "limit";
    if (this.#isCounted(address)) {
      const count = this.#ofAddress.get(address) ?? 0;
      if (count >= this.#limits.connectionsPerAddress) return "address-limit";
      this.#ofAddress.set(address, count + 1);
    }
    this.#open++;
    return undefined;
  }

  /** Gives back the room of one that has entered. */
  leave(address: string): void {
    this.#open--;
    const count = this.#ofAddress.get(address);
    if (count === undefined) return;
    if (count === 1) this.#ofAddress.delete(address);
    else this.#ofAddress.set(address, count - 1);
  }

  #isCounted(address: string): boolean {
    return this.#limits.connectionsPerAddress > 0 && address !== "" && !this.#isTrusted(address);
  }
}
