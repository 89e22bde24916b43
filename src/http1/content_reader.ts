import { CR, LF } from "./chars.ts";
import { ChunkLine } from "./chunk_line.ts";
import { fault, MORE } from "./errors.ts";
import { ID, STRIDE } from "./field_index.ts";
import { FIELD } from "./field_names.ts";
import { FieldSection } from "./field_section.ts";
import { FieldList } from "./fields.ts";
import { FRAMING, type Framing } from "./framing.ts";
import type { Limits } from "./limits.ts";

/** {@linkcode ContentReader.next} found content: from `from` up to `to`. */
export const CONTENT = 1;
/** {@linkcode ContentReader.next} found the end of the content. */
export const CONTENT_END = 2;

/** An element of framing was passed: go on. */
const PASSED = 0;

/** Where in chunked content the next byte stands. */
const SIZE = 0;
const INSIDE = 1;
const AFTER = 2;
const TRAILERS = 3;

/** Reads a content, whatever tells its end. Allocates nothing but room for trailers, once, where some come. */
export class ContentReader {
  /** Where the content that was found begins. */
  from = 0;
  /** Where it ends. */
  to = 0;
  /** Up to where the bytes are done with. */
  position = 0;
  /** Bytes of content found so far, framing not counted. */
  total = 0;
  /** See `RequestReader.framed`. */
  framed = false;

  readonly #limits: Limits;
  readonly #line = new ChunkLine();
  #framing: Framing = FRAMING.NONE;
  /** Bytes of the content, or of the chunk, that are still to come. */
  #rest = 0;
  #stage = SIZE;
  /** Bytes of framing beyond what the content so far excuses. */
  #overhead = 0;
  /** Whether the next two bytes are the end of a size line whose extension was cut out. */
  #isCut = false;
  #section: FieldSection | undefined;
  #hasTrailers = false;
  #trailersAt = 0;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /** Begins a content. */
  begin(framing: Framing, length: number): void {
    this.#framing = framing;
    this.#rest = framing === FRAMING.CLOSE ? Infinity : length;
    this.#stage = SIZE;
    this.#overhead = 0;
    this.#hasTrailers = false;
    this.total = 0;
    this.framed = false;
  }

  /** Whether the content is complete when the connection ends here. */
  get endsHere(): boolean {
    return this.#framing === FRAMING.CLOSE;
  }

  /** Gives the trailer fields over the bytes in which the end was found, or nothing where there are none. */
  trailers(bytes: Uint8Array): FieldList | undefined {
    if (!this.#hasTrailers) return undefined;
    return FieldList.over(bytes, this.#trailersAt, this.#section!.index);
  }

  /** Gives {@linkcode CONTENT}, {@linkcode CONTENT_END}, {@linkcode MORE} or a fault. */
  next(bytes: Uint8Array, start: number, end: number): number {
    this.position = start;
    this.from = this.to = start;
    switch (this.#framing) {
      case FRAMING.LENGTH:
      case FRAMING.CLOSE:
        if (this.#rest === 0) return CONTENT_END;
        return this.#take(end) === 0 ? MORE : this.#give(this.position);
      case FRAMING.CHUNKED:
        if (this.#isCut) {
          this.#isCut = false;
          this.position += 2;
        }
        return this.framed ? this.#nextFrames(bytes, end) : this.#nextChunk(bytes, end);
      default:
        return CONTENT_END;
    }
  }

  /** Passes as much content as there is and tells how much. */
  #take(end: number): number {
    const length = Math.min(end - this.position, this.#rest);
    this.#rest -= length;
    this.total += length;
    this.position += length;
    return length;
  }

  #give(to: number): number {
    this.to = to;
    return CONTENT;
  }

  /** Gives the content of one chunk. */
  #nextChunk(bytes: Uint8Array, end: number): number {
    while (this.#stage !== INSIDE) {
      if (this.#stage === TRAILERS) return this.#passTrailers(bytes, end);
      const found = this.#passFraming(bytes, end);
      if (found !== PASSED) return found;
    }
    this.from = this.position;
    if (this.#take(end) === 0) return MORE;
    if (this.#rest === 0) this.#stage = AFTER;
    return this.#give(this.position);
  }

  /** Gives frames, whole and partial, up to where an extension or the last chunk begins or the bytes end. */
  #nextFrames(bytes: Uint8Array, end: number): number {
    for (;;) {
      const at = this.position;
      if (this.#stage === INSIDE) {
        this.#take(end);
        if (this.#rest > 0) return this.position > this.from ? this.#give(this.position) : MORE;
        this.#stage = AFTER;
        continue;
      }
      if (this.#stage === TRAILERS) return this.#passTrailers(bytes, end);
      const isSize = this.#stage === SIZE;
      const found = this.#passFraming(bytes, end);
      if (found !== PASSED) return at > this.from ? this.#give(at) : found;
      if (isSize && this.#line.size === 0) {
        if (at > this.from) return this.#give(at);
      } else if (isSize && this.#line.sizeEnd + 2 < this.position) {
        this.#isCut = true;
        this.position -= 2;
        return this.#give(this.#line.sizeEnd);
      }
    }
  }

  /** Passes the line before a chunk, or the end of a chunk; moves only past what is complete and right. */
  #passFraming(bytes: Uint8Array, end: number): number {
    const at = this.position;
    if (this.#stage === AFTER) {
      if (at < end && bytes[at] !== CR) return fault("missing-chunk-end");
      if (at + 1 >= end) return MORE;
      if (bytes[at + 1] !== LF) return fault("missing-chunk-end");
      this.position = at + 2;
      this.#stage = SIZE;
      return PASSED;
    }
    const next = this.#line.read(bytes, at, end, this.#limits.chunkLineBytes);
    if (next < 0) return next;
    const size = this.#line.size;
    this.#overhead = Math.max(0, this.#overhead + (next - at) - 16 - 2 * size);
    if (this.#overhead > this.#limits.chunkOverheadBytes) return fault("chunk-overhead");
    this.position = next;
    this.#rest = size;
    this.#stage = size === 0 ? TRAILERS : INSIDE;
    return PASSED;
  }

  #passTrailers(bytes: Uint8Array, end: number): number {
    const at = this.position;
    if (!this.#hasTrailers) {
      if (at === end) return MORE;
      this.#section ??= new FieldSection();
      this.#section.begin(0);
      this.#hasTrailers = true;
    }
    const section = this.#section!;
    const limit = this.#limits.trailerBytes;
    const stop = Math.min(end, at + limit);
    const next = section.read(bytes, at, stop, this.#limits.fields);
    if (next === MORE && stop - at === limit) return fault("trailers-too-large");
    if (next < 0) return next;
    this.position = next;
    this.#trailersAt = at;
    this.#hasTrailers = section.index.count > 0;
    this.#framing = FRAMING.NONE;
    return this.#hasTrailers && holdsForbidden(section) ? fault("forbidden-trailer") : CONTENT_END;
  }
}

/** @see RFC 9110 §6.5.1 */
function holdsForbidden({ index }: FieldSection): boolean {
  for (let i = 0; i < index.count * STRIDE; i += STRIDE) {
    const id = index.at[i + ID];
    if (
      id === FIELD.CONTENT_LENGTH || id === FIELD.TRANSFER_ENCODING || id === FIELD.HOST
    ) return true;
  }
  return false;
}
