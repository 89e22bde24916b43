import type { Content, Fields } from "../../contract/exchange.ts";
import type { Encoder } from "./_encoder.ts";

/**
 * A content in compressed form, made as it is read. Where its source pauses, all that has come is passed on at
 * once; where its source breaks off, it breaks off, too.
 *
 * @see IIS M-CO-6
 */
export class CompressedContent implements Content {
  readonly #source: Content;
  readonly #encoder: Encoder;
  /** Whether the encoder may hold something back. */
  #isHeld: boolean;
  #isOver = false;
  #failure: { readonly error: unknown } | undefined;

  /**
   * @param source is read to its end or cancelled
   * @param encoder is closed when all is over
   * @param begun whether the encoder was given the beginning of the content already
   */
  constructor(source: Content, encoder: Encoder, begun = false) {
    this.#source = source;
    this.#encoder = encoder;
    this.#isHeld = begun;
  }

  async read(): Promise<Uint8Array | null> {
    try {
      for (;;) {
        if (this.#failure) throw this.#failure.error;
        const piece = this.#encoder.shift();
        if (piece) return piece;
        if (this.#isOver) return null;
        await this.#advance();
      }
    } catch (error) {
      this.#failure ??= { error };
      this.#encoder.close();
      throw this.#failure.error;
    }
  }

  state(): "bytes" | "end" | "waiting" {
    if (this.#failure) return "waiting";
    if (this.#encoder.hasPieces) return "bytes";
    if (this.#isOver) return "end";
    // What is held back comes out before anybody waits, and an end has its bytes, too.
    return this.#isHeld || this.#sourceState() !== "waiting" ? "bytes" : "waiting";
  }

  cancel(reason?: unknown): void {
    this.#failure ??= { error: reason ?? new Error("The content was cancelled") };
    this.#source.cancel(reason);
    this.#encoder.close();
  }

  trailers(): Fields | undefined {
    return this.#source.trailers?.();
  }

  async #advance(): Promise<void> {
    if (this.#isHeld && this.#sourceState() === "waiting") {
      await this.#encoder.flush();
      this.#isHeld = false;
      return;
    }
    const bytes = await this.#source.read();
    if (this.#failure) return;
    if (bytes === null) {
      await this.#encoder.end();
      this.#isOver = true;
    } else if (bytes.length > 0) {
      await this.#encoder.write(bytes);
      this.#isHeld = true;
    }
  }

  #sourceState(): "bytes" | "end" | "waiting" {
    return this.#source.state?.() ?? "waiting";
  }
}
