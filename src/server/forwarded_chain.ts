import type { Fields } from "../contract/exchange.ts";
import { type ForwardedNode, parseForwardedElement, parseForwardedNode } from "./forwarded.ts";
import { MembersFromRight } from "./forwarded_members.ts";

/** What one hop says of the peer it had. */
export interface Hop {
  /** Absent where it does not name an address. */
  readonly node: ForwardedNode | undefined;
  /** Absent where it names no scheme that is known. */
  readonly secure: boolean | undefined;
}

/** What the hops before our peer have said, nearest first. */
export interface HopChain {
  /** Gives the next hop; undefined at the end. */
  next(): Hop | undefined;
  /** Takes the hop that was given last out of {@linkcode HopChain.fields}. */
  drop(): void;
  /** The fields less the hops that were dropped. */
  readonly fields: Fields;
}

/**
 * Finds the chain in the fields of a request. `X-Forwarded-For` decides where it is there, then `Forwarded`: a proxy
 * that writes the first often passes the second on as its client sent it.
 */
export function hopChain(fields: Fields): HopChain | undefined {
  if (fields.has("x-forwarded-for")) return new XForwardedChain(fields);
  if (fields.has("forwarded")) return new ForwardedChain(fields);
  if (fields.has("x-forwarded-proto")) return new XForwardedChain(fields);
  return undefined;
}

/**
 * Two lists, paired from the right. Where a hop sets the scheme instead of appending it, that list is the shorter
 * one, and what its first member says holds for all hops further left.
 */
class XForwardedChain implements HopChain {
  readonly #received: Fields;
  readonly #addresses: MembersFromRight;
  readonly #schemes: MembersFromRight;
  #kept: readonly [addresses: string, schemes: string] | undefined;

  constructor(fields: Fields) {
    this.#received = fields;
    this.#addresses = new MembersFromRight(fields.getAll("x-forwarded-for"), false);
    this.#schemes = new MembersFromRight(fields.getAll("x-forwarded-proto"), false);
  }

  next(): Hop | undefined {
    const [address, scheme] = [this.#addresses.take(), this.#schemes.take()];
    if (address === undefined && scheme === undefined) return undefined;
    return {
      node: address === undefined ? undefined : parseForwardedNode(address),
      secure: isSecure(scheme),
    };
  }

  drop(): void {
    this.#kept = [this.#addresses.rest, this.#schemes.rest];
  }

  get fields(): Fields {
    if (!this.#kept) return this.#received;
    const [addresses, schemes] = this.#kept;
    const fields = withList(this.#received, "X-Forwarded-For", addresses);
    return withList(fields, "X-Forwarded-Proto", schemes);
  }
}

/** One list whose elements say both. Nothing is appended to it later, so it passes as it is. */
class ForwardedChain implements HopChain {
  readonly fields: Fields;
  readonly #elements: MembersFromRight;

  constructor(fields: Fields) {
    this.fields = fields;
    this.#elements = new MembersFromRight(fields.getAll("forwarded"), true);
  }

  next(): Hop | undefined {
    const text = this.#elements.take();
    if (text === undefined) return undefined;
    const element = parseForwardedElement(text);
    return {
      node: element?.for === undefined ? undefined : parseForwardedNode(element.for),
      secure: isSecure(element?.proto),
    };
  }

  drop(): void {}
}

function withList(fields: Fields, name: string, list: string): Fields {
  return list === "" ? fields.without([name]) : fields.with(name, list);
}

/** Some proxies name the scheme of a WebSocket its own way. */
function isSecure(scheme: string | undefined): boolean | undefined {
  switch (scheme?.toLowerCase()) {
    case "https":
    case "wss":
      return true;
    case "http":
    case "ws":
      return false;
    default:
      return undefined;
  }
}
