import { MessageReader } from "./message_reader.ts";
import { CR, LF } from "./chars.ts";
import { fault, MORE } from "./errors.ts";
import { FieldList } from "./fields.ts";
import { FRAMING } from "./framing.ts";
import { latin1 } from "./latin1.ts";
import { type Limits, REQUEST_LIMITS } from "./limits.ts";
import { isText, methodText } from "./methods.ts";
import { RequestLine, TARGET_FORM, type TargetForm } from "./request_line.ts";
import { STEP, type Step } from "./step.ts";

/** A request head as text and fields; satisfies the contract's `RequestHead`. */
export interface ReceivedRequest {
  /** Any token, case kept. */
  readonly method: string;
  /** Latin1 text: never decoded, never normalised. */
  readonly target: string;
  /** What the request line says. */
  readonly version: "HTTP/1.0" | "HTTP/1.1";
  /** Over the bytes that were received. */
  readonly fields: FieldList;
}

const LINE = 0;
const FIELDS = 1;
const BODY = 2;
const FAILED = 3;

/**
 * Reads the requests of one connection. See the module comment of this room for how it is driven.
 * What it says of a head holds until {@linkcode next} finds the next head.
 */
export class RequestReader extends MessageReader {
  /** Which form the target has. */
  form: TargetForm = TARGET_FORM.ORIGIN;
  /** Whether the method is HEAD. */
  isHead = false;
  /** Whether the method is CONNECT. */
  isConnect = false;
  /** Whether the client waits for a 100 before it sends its content. */
  expectsContinue = false;
  /**
   * Whether the client asks to switch protocols: `Connection` names Upgrade and `Upgrade` is not just h2c.
   * What follows the head may be no HTTP then: call {@linkcode next} on it only if the answer was no 101, and
   * safer still, close where anything follows.
   */
  upgrade = false;
  /** Whether `TE` says that trailers are welcome. */
  takesTrailers = false;

  readonly #line = new RequestLine();
  #stage = LINE;

  /**
   * Makes a reader for one connection.
   *
   * @param limits what a request may hold
   */
  constructor(limits: Limits = REQUEST_LIMITS) {
    super(limits);
  }

  /**
   * Reads on and says what it found. Give it the bytes from `position` on, that is those it has not passed,
   * with what came since behind them. They may have been moved; until the head is found its bytes stay together.
   */
  next(bytes: Uint8Array, start: number, end: number): Step {
    if (this.#stage === BODY) return this.#body(bytes, start, end);
    if (this.#stage === FAILED) return STEP.ERROR;
    this.position = start;
    const stop = Math.min(end, start + this.limits.headBytes);
    const found = this.#head(bytes, start, stop);
    if (found === MORE && stop - start === this.limits.headBytes) {
      return this.fail(fault(this.#stage === LINE ? "target-too-long" : "head-too-large"));
    }
    if (found < 0) return found === MORE ? STEP.MORE : this.fail(found);
    this.position = found;
    this.#stage = BODY;
    this.content.begin(this.framing, this.length);
    return STEP.HEAD;
  }

  /**
   * Says what the end of the connection means: `MORE` between two requests, where it is in order, else `ERROR`.
   *
   * @param unread bytes that {@linkcode next} has not passed
   */
  close(unread: number): Step {
    if (this.#stage === BODY) return this.fail(fault("truncated-content"));
    if (this.#stage === FAILED) return STEP.ERROR;
    return this.#stage === LINE && unread === 0 ? STEP.MORE : this.fail(fault("truncated-head"));
  }

  /** Whether a request has begun whose end was not found yet. */
  get isInside(): boolean {
    return this.#stage === BODY;
  }

  /**
   * Gives the head over the bytes in which it was found.
   *
   * @param base the `start` of the call that gave `STEP.HEAD`, wherever that byte lies now
   */
  head(bytes: Uint8Array, base: number): ReceivedRequest {
    const line = this.#line;
    return {
      method: methodText(bytes, base + line.method, base + line.methodEnd),
      target: latin1(bytes, base + line.target, base + line.targetEnd),
      version: this.minor === 1 ? "HTTP/1.1" : "HTTP/1.0",
      fields: FieldList.over(bytes, base, this.section.index),
    };
  }

  /**
   * Gives the head as an origin server is to read it: an absolute-form target becomes origin-form (or `*`) and
   * its authority takes the place of Host.
   *
   * @param received what {@linkcode head} gave for the same request
   * @see RFC 9112 §3.2.2
   */
  resolved(received: ReceivedRequest): ReceivedRequest {
    if (this.form !== TARGET_FORM.ABSOLUTE) return received;
    const { target, authority, authorityEnd } = this.#line;
    const rest = received.target.slice(authorityEnd - target);
    const isBareOptions = rest === "" && received.method === "OPTIONS";
    return {
      ...received,
      target: isBareOptions ? "*" : rest.startsWith("/") ? rest : `/${rest}`,
      fields: received.fields.with(
        "Host",
        received.target.slice(authority - target, authorityEnd - target),
      ),
    };
  }

  #head(bytes: Uint8Array, start: number, end: number): number {
    if (this.#stage === LINE) {
      const at = skipEmptyLine(bytes, start, end);
      if (at < 0) return at;
      const next = this.#line.read(bytes, start, at, end, this.limits);
      if (next < 0) return next;
      this.section.begin(next - start);
      this.#stage = FIELDS;
    }
    const found = this.section.read(bytes, start, end, this.limits.fields);
    if (found < 0) return found;
    const wrong = this.#judge(bytes, start);
    return wrong === 0 ? found : wrong;
  }

  /** Gives 0 or a fault. */
  #judge(bytes: Uint8Array, base: number): number {
    const facts = this.facts;
    const line = this.#line;
    const wrong = facts.take(bytes, base, this.section.index, this.limits.connectionOptions, true);
    if (wrong !== 0) return wrong;
    const method = base + line.method;
    const methodEnd = base + line.methodEnd;
    this.minor = line.minor;
    this.form = line.form;
    this.isHead = isText(bytes, method, methodEnd, "HEAD");
    this.isConnect = line.form === TARGET_FORM.AUTHORITY;
    this.keepAlive = !facts.close && (line.minor === 1 || facts.keepAlive);
    this.upgrade = line.minor === 1 && facts.upgradeNamed && facts.upgradeAsked;
    this.expectsContinue = line.minor === 1 && facts.expectsContinue;
    this.takesTrailers = facts.takesTrailers;
    this.framing = facts.isChunked
      ? FRAMING.CHUNKED
      : facts.length < 0
      ? FRAMING.NONE
      : FRAMING.LENGTH;
    this.length = Math.max(0, facts.length);
    return this.#judgeFraming();
  }

  #judgeFraming(): number {
    const { hosts, isChunked, length } = this.facts;
    if (hosts === 0 && this.minor === 1) return fault("missing-host");
    if (isChunked && length >= 0) return fault("two-framings");
    if (isChunked && this.minor === 0) return fault("transfer-encoding-version");
    // Bytes after the head would be content for one reader and another protocol for the next.
    return this.upgrade && (isChunked || length > 0) ? fault("upgrade-with-content") : 0;
  }

  #body(bytes: Uint8Array, start: number, end: number): Step {
    const step = this.readContent(bytes, start, end);
    if (step === STEP.END) this.#stage = LINE;
    return step;
  }

  /** Notes what was wrong; for good. */
  protected override fail(found: number): Step {
    this.#stage = FAILED;
    return super.fail(found);
  }
}

/** Passes one empty line, which some clients send after a content. @see RFC 9112 §2.2 */
function skipEmptyLine(bytes: Uint8Array, start: number, end: number): number {
  if (start === end) return MORE;
  if (bytes[start] !== CR) return start;
  if (start + 1 === end) return MORE;
  return bytes[start + 1] === LF ? start + 2 : fault("bare-cr");
}
