import type { SectionElement } from "../../config/mod.ts";

const KNOWN_MOST = 256;
const KNOWN_LONGEST = 128;

/** Tells which types of answers are compressed. */
export class MimeTypes {
  readonly #entries: ReadonlyMap<string, boolean>;
  readonly #known = new Map<string, boolean>();

  /** @param items of `dynamicTypes` or `staticTypes` */
  constructor(items: readonly SectionElement[]) {
    this.#entries = new Map(items.map(({ settings }) => [
      normalised(String(settings.mimeType?.value)),
      settings.enabled?.value === true,
    ]));
  }

  /**
   * Tells whether a type is compressed: the most exact entry decides, none means no.
   *
   * @param contentType as the answer says, parameters and all
   * @see IIS M-CO-1
   */
  has(contentType: string): boolean {
    const known = this.#known.get(contentType);
    if (known !== undefined) return known;
    const answer = this.#judge(normalised(contentType));
    if (this.#known.size < KNOWN_MOST && contentType.length <= KNOWN_LONGEST) {
      this.#known.set(contentType, answer);
    }
    return answer;
  }

  #judge(type: string): boolean {
    const plain = type.replace(/;.*$/, "");
    const family = plain.replace(/\/.*$/, "/*");
    for (const key of [type, plain, family, "*/*"]) {
      const isEnabled = this.#entries.get(key);
      if (isEnabled !== undefined) return isEnabled;
    }
    return false;
  }
}

function normalised(type: string): string {
  return type.replace(/\s+/g, "").toLowerCase();
}
