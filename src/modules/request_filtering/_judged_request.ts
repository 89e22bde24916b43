import type { Exchange } from "../../contract/exchange.ts";
import { requestPath } from "../path_base.ts";
import { folded } from "./_names.ts";
import { asText, unescaped } from "./_unescaped.ts";

/** A request as the checks look at it. */
export class JudgedRequest {
  readonly x: Exchange;
  /** As it came, without the query. */
  readonly rawPath: string;
  /** Decoded and normalised. */
  readonly path: string;
  /** As it came, without the `?`; empty where there is none. */
  readonly query: string;
  #sentPath: string | undefined;
  #queries: readonly [sent: string, decoded: string] | undefined;

  /** @throws {HostError} `bad-request` where the path cannot be decoded */
  constructor(x: Exchange) {
    const { target } = x.request;
    const mark = target.indexOf("?");
    this.x = x;
    this.rawPath = mark < 0 ? target : target.slice(0, mark);
    this.path = requestPath(target);
    this.query = mark < 0 ? "" : target.slice(mark + 1);
  }

  /** Folded and decoded, but with the dot segments and backslashes that were sent. */
  get sentPath(): string {
    return this.#sentPath ??= folded(unescaped(this.rawPath));
  }

  /** The query as it was sent, folded. */
  get sentQuery(): string {
    return this.#folded()[0];
  }

  /** The query decoded once, folded. */
  get decodedQuery(): string {
    return this.#folded()[1];
  }

  #folded(): readonly [sent: string, decoded: string] {
    return this.#queries ??= [folded(asText(this.query)), folded(unescaped(this.query))];
  }
}

/** Looks at one thing; throws a HostError where it refuses. */
export type Check = (request: JudgedRequest) => void;
