import { CONTENT, CONTENT_END, ContentReader } from "./content_reader.ts";
import { faultCode, MORE, type ParseErrorCode } from "./errors.ts";
import { FieldSection } from "./field_section.ts";
import type { FieldList } from "./fields.ts";
import { FRAMING, type Framing } from "./framing.ts";
import { FieldFacts } from "./_head_rules.ts";
import type { Limits } from "./limits.ts";
import { STEP, type Step } from "./step.ts";

/** What readers of requests and of responses have in common. */
export abstract class MessageReader {
  /** Absolute offset in the last slice up to where its bytes are done with. */
  position = 0;
  /** Where content that was found begins. */
  from = 0;
  /** Where it ends. */
  to = 0;
  /** What was wrong, after `STEP.ERROR`. */
  error: ParseErrorCode | undefined = undefined;

  /** How the content is framed. */
  framing: Framing = FRAMING.NONE;
  /** Bytes of the content where `framing` is `LENGTH`, else 0. */
  length = 0;
  /** The digit after `HTTP/1.` */
  minor = 1;
  /** Whether the sender leaves the connection open for another exchange. */
  keepAlive = true;

  /** @internal */
  protected readonly limits: Limits;
  /** @internal */
  protected readonly section: FieldSection = new FieldSection();
  /** @internal */
  protected readonly facts: FieldFacts = new FieldFacts();
  /** @internal */
  protected readonly content: ContentReader;

  /** @internal */
  constructor(limits: Limits) {
    this.limits = limits;
    this.content = new ContentReader(limits);
  }

  /** What Content-Length says, of content that is only described too; nothing where there is none. */
  get contentLength(): number | undefined {
    return this.facts.length < 0 ? undefined : this.facts.length;
  }

  /** Bytes of content of this message so far, framing not counted. */
  get contentBytes(): number {
    return this.content.total;
  }

  /**
   * Whether chunked content is given with the frames it came in, extensions cut out and the last chunk left out:
   * checked bytes to be sent on as they are, several chunks in one piece. Set after the head; the next head
   * unsets it.
   */
  get framed(): boolean {
    return this.content.framed;
  }
  set framed(framed: boolean) {
    this.content.framed = framed;
  }

  /** Gives the trailer fields, after `STEP.END`, over the bytes in which that was found. */
  trailers(bytes: Uint8Array): FieldList | undefined {
    return this.content.trailers(bytes);
  }

  /** Reads on in the content. */
  protected readContent(bytes: Uint8Array, start: number, end: number): Step {
    const content = this.content;
    const found = content.next(bytes, start, end);
    this.position = content.position;
    this.from = content.from;
    this.to = content.to;
    if (found === CONTENT) return STEP.CONTENT;
    if (found === MORE) return STEP.MORE;
    return found === CONTENT_END ? STEP.END : this.fail(found);
  }

  /** Notes what was wrong. */
  protected fail(found: number): Step {
    this.error = faultCode(found);
    return STEP.ERROR;
  }
}
