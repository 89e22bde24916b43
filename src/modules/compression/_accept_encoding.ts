import { listMembers } from "../../http1/mod.ts";

/** The codings that the host has. */
export type Coding = "br" | "zstd" | "gzip";

/** `name`, or `name;q=0.5`. @see RFC 9110 §12.4.2 */
const MEMBER = /^([^\s;]+)\s*(?:;\s*q\s*=\s*(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*)?$/i;

/** How many different fields are remembered, and how long one may be for that. */
const KNOWN_MOST = 64;
const KNOWN_LONGEST = 128;

/** Chooses the coding for what clients say they take. */
export class CodingChoice {
  readonly #order: readonly Coding[];
  /** Clients are few kinds of programs: each kind says the same every time. */
  readonly #known = new Map<string, Coding | undefined>();

  /** @param order of codings that a client likes equally, the host's favourite first */
  constructor(order: readonly Coding[]) {
    this.#order = order;
  }

  /**
   * Gives the coding to use, or none where the client takes none or likes none better than what is not encoded.
   *
   * @param accepted values of `Accept-Encoding`
   * @see IIS M-CO-3, RFC 9110 §12.5.3
   */
  best(accepted: readonly string[]): Coding | undefined {
    const text = accepted.length === 1 ? accepted[0] ?? "" : accepted.join(",");
    if (this.#known.has(text)) return this.#known.get(text);
    const coding = this.#choose(text);
    if (this.#known.size < KNOWN_MOST && text.length <= KNOWN_LONGEST) {
      this.#known.set(text, coding);
    }
    return coding;
  }

  #choose(text: string): Coding | undefined {
    const weights = weightsOf(text);
    const weightOf = (coding: Coding) => weights.get(coding) ?? weights.get("*") ?? 0;
    let best: Coding | undefined;
    let bestWeight = weights.get("identity") ?? 0;
    for (const coding of this.#order) {
      const weight = weightOf(coding);
      if (weight === 0 || weight < bestWeight || (best && weight === bestWeight)) continue;
      best = coding;
      bestWeight = weight;
    }
    return best;
  }
}

/** Gives what the client says of each coding, names in lower case; members that mean nothing are left out. */
function weightsOf(text: string): Map<string, number> {
  const weights = new Map<string, number>();
  for (const member of listMembers([text])) {
    const [, name, weight] = MEMBER.exec(member) ?? [];
    if (!name) continue;
    const coding = name.toLowerCase();
    weights.set(coding === "x-gzip" ? "gzip" : coding, weight === undefined ? 1 : Number(weight));
  }
  return weights;
}
