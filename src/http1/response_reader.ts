import { MessageReader } from "./message_reader.ts";
import { CR, LF, SP, VALUE } from "./chars.ts";
import { fault, MORE } from "./errors.ts";
import { FieldList } from "./fields.ts";
import { FRAMING, type Framing } from "./framing.ts";
import { type Limits, RESPONSE_LIMITS } from "./limits.ts";
import { reasonText } from "./reasons.ts";
import { scanHttp } from "./request_line.ts";
import { STEP, type Step } from "./step.ts";

/** A response head; satisfies the contract's `ResponseHead`. */
export interface ReceivedResponse {
  /** From 100 to 999. */
  readonly status: number;
  /** Latin1 text; may be empty. */
  readonly reason: string;
  /** Over the bytes that were received. */
  readonly fields: FieldList;
}

const IDLE = 0;
const LINE = 1;
const FIELDS = 2;
const BODY = 3;
const FAILED = 4;
const TUNNEL = 5;

/** Reads the responses of one connection to a backend, one for each {@linkcode expect}. */
export class ResponseReader extends MessageReader {
  /** From 100 to 999. */
  status = 0;

  #stage = IDLE;
  #isHead = false;
  #asksUpgrade = false;
  #reason = 0;
  #reasonEnd = 0;

  /**
   * Makes a reader for one connection.
   *
   * @param limits what a response may hold
   */
  constructor(limits: Limits = RESPONSE_LIMITS) {
    super(limits);
  }

  /**
   * Says that a request is being sent whose response is to be read next. Call it after `STEP.END` of the one before.
   *
   * @param isHead whether it is a HEAD: its response has no content
   * @param asksUpgrade whether it asks to switch protocols: only then a 101 is in order
   */
  expect(isHead: boolean, asksUpgrade: boolean): void {
    if (this.#stage !== IDLE) throw new Error("Cannot expect a response before the last one ended");
    this.#isHead = isHead;
    this.#asksUpgrade = asksUpgrade;
    this.#stage = LINE;
  }

  /** Reads on and says what it found; as `RequestReader.next`. Any byte that no request asked for is an error. */
  next(bytes: Uint8Array, start: number, end: number): Step {
    this.position = start;
    switch (this.#stage) {
      case BODY:
        return this.#body(bytes, start, end);
      case IDLE:
        return start === end ? STEP.MORE : this.fail(fault("unsolicited-response"));
      case FAILED:
        return STEP.ERROR;
      case TUNNEL:
        return STEP.SWITCHED;
    }
    const stop = Math.min(end, start + this.limits.headBytes);
    const found = this.#head(bytes, start, stop);
    if (found === MORE) {
      return stop - start === this.limits.headBytes
        ? this.fail(fault("head-too-large"))
        : STEP.MORE;
    }
    if (found < 0) return this.fail(found);
    this.position = found;
    return this.#begin();
  }

  /**
   * Says what the end of the connection means: `END` where it ends the content, `MORE` where no response is
   * under way, else `ERROR`.
   */
  close(): Step {
    switch (this.#stage) {
      case IDLE:
        return STEP.MORE;
      case BODY:
        if (!this.content.endsHere) return this.fail(fault("truncated-content"));
        this.#stage = IDLE;
        return STEP.END;
      case FAILED:
        return STEP.ERROR;
      case TUNNEL:
        return STEP.SWITCHED;
      default:
        return this.fail(fault("truncated-head"));
    }
  }

  /**
   * Gives the head over the bytes in which it was found.
   *
   * @param base the `start` of the call that found it, wherever that byte lies now
   */
  head(bytes: Uint8Array, base: number): ReceivedResponse {
    return {
      status: this.status,
      reason: reasonText(this.status, bytes, base + this.#reason, base + this.#reasonEnd),
      fields: FieldList.over(bytes, base, this.section.index),
    };
  }

  #head(bytes: Uint8Array, start: number, end: number): number {
    if (this.#stage === LINE) {
      const next = this.#statusLine(bytes, start, end);
      if (next < 0) return next;
      this.section.begin(next - start);
      this.#stage = FIELDS;
    }
    const found = this.section.read(bytes, start, end, this.limits.fields);
    if (found < 0) return found;
    const wrong = this.#judge(bytes, start);
    return wrong === 0 ? found : wrong;
  }

  /** The space before an empty reason may be missing: several servers leave it out. */
  #statusLine(bytes: Uint8Array, start: number, end: number): number {
    const digits = scanHttp(bytes, start, end);
    if (digits < 0) return digits === MORE ? MORE : fault("invalid-version");
    if (bytes[digits] !== 49 || bytes[digits + 2]! > 49) return fault("unsupported-version");
    this.minor = bytes[digits + 2]! - 48;
    let p = digits + 3;
    if (p < end && bytes[p] !== SP) return fault("invalid-status-line");
    this.status = 0;
    for (p++; p < digits + 7; p++) {
      if (p >= end) return MORE;
      const digit = bytes[p]! - 48;
      if (digit < 0 || digit > 9) return fault("invalid-status-line");
      this.status = this.status * 10 + digit;
    }
    if (this.status < 100) return fault("invalid-status-line");
    return this.#reasonLine(bytes, start, p, end);
  }

  #reasonLine(bytes: Uint8Array, start: number, at: number, end: number): number {
    if (at < end && bytes[at] !== SP && bytes[at] !== CR) {
      return fault(bytes[at] === LF ? "bare-lf" : "invalid-status-line");
    }
    let p = at;
    while (p < end && VALUE[bytes[p]!]! !== 0) p++;
    if (p === end) return MORE;
    if (bytes[p] !== CR) return fault(bytes[p] === LF ? "bare-lf" : "invalid-status-line");
    if (p + 1 === end) return MORE;
    if (bytes[p + 1] !== LF) return fault("bare-cr");
    this.#reason = Math.min(at + 1, p) - start;
    this.#reasonEnd = p - start;
    return p + 2;
  }

  /** Gives 0 or a fault. Two framings are one too many even where there is no content. */
  #judge(bytes: Uint8Array, base: number): number {
    const facts = this.facts;
    const wrong = facts.take(bytes, base, this.section.index, this.limits.connectionOptions, false);
    if (wrong !== 0) return wrong;
    if (facts.isChunked && facts.length >= 0) return fault("two-framings");
    if (facts.isChunked && this.minor === 0) return fault("transfer-encoding-version");
    if (this.status === 101 && !(this.#asksUpgrade && facts.upgradeNamed && facts.upgradeAsked)) {
      return fault("unsolicited-switch");
    }
    this.framing = this.#framing();
    this.length = this.framing === FRAMING.LENGTH ? facts.length : 0;
    this.keepAlive = this.framing !== FRAMING.CLOSE && !facts.close &&
      (this.minor === 1 || facts.keepAlive);
    return 0;
  }

  /** @see RFC 9112 §6.3 */
  #framing(): Framing {
    if (this.status < 200 || this.status === 204) return FRAMING.NONE;
    if (this.#isHead || this.status === 304) return FRAMING.DESCRIBED;
    if (this.facts.isChunked) return FRAMING.CHUNKED;
    return this.facts.length < 0 ? FRAMING.CLOSE : FRAMING.LENGTH;
  }

  #begin(): Step {
    if (this.status === 101) {
      this.#stage = TUNNEL;
      return STEP.SWITCHED;
    }
    if (this.status < 200) {
      this.#stage = LINE;
      return STEP.INTERIM;
    }
    this.#stage = BODY;
    this.content.begin(this.framing, this.length);
    return STEP.HEAD;
  }

  #body(bytes: Uint8Array, start: number, end: number): Step {
    const step = this.readContent(bytes, start, end);
    if (step === STEP.END) this.#stage = IDLE;
    return step;
  }

  /** Notes what was wrong; for good. */
  protected override fail(found: number): Step {
    this.#stage = FAILED;
    return super.fail(found);
  }
}
