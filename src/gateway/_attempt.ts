import { Cancellation } from "../contract/cancellation.ts";
import type { Clock } from "../contract/clock.ts";
import { emptyContent } from "../contract/content.ts";
import type { BackendDirectory, Target } from "../contract/directory.ts";
import type {
  ByteStream,
  Content,
  Exchange,
  Fields,
  Reply,
  ResponseHead,
} from "../contract/exchange.ts";
import { HostError } from "../contract/host_error.ts";
import { affinityCookie } from "./_affinity.ts";
import { type ReadingObserver, RelayedContent } from "./_relayed_content.ts";
import { SentContent } from "./_sent_content.ts";
import { Silence, type SilenceWatch } from "./_silence.ts";
import { inboundFields, outboundFields } from "./fields.ts";
import type { Place } from "./in_flight.ts";
import { type SendHooks, type Transport, TransportFault } from "./transport.ts";

/** How much of a request's content is kept where the transport reads it before it is connected. */
const KEPT_BYTES = 64 * 1_024;

/** What an {@linkcode Attempt} needs. */
export interface AttemptOptions {
  readonly directory: BackendDirectory;
  readonly transport: Transport;
  readonly clock: Clock;
  /** Of `requestTimeout`. */
  readonly silences: SilenceWatch;
  /** How long a tunnel may take to close once its process is to end, milliseconds. */
  readonly tunnelDrainMs: number;
  /** Of the cookie that names a client's process. */
  readonly affinityPath: string;
}

/** One exchange on its way to a backend and back. */
export class Attempt implements ReadingObserver, SendHooks {
  /** The protocol that the request asks to switch to. */
  readonly upgrade: string | undefined;

  readonly #x: Exchange;
  readonly #options: AttemptOptions;
  readonly #over = new Cancellation();
  readonly #silence: Silence;
  readonly #content: SentContent | undefined;
  readonly #onLeave = () => this.#over.cancel(this.#x.cancellation.reason);
  #place: Place | undefined;
  #isEnded = false;

  /** @param upgrade the protocol that the request asks to switch to */
  constructor(x: Exchange, options: AttemptOptions, upgrade: string | undefined) {
    this.#x = x;
    this.#options = options;
    this.upgrade = upgrade;
    this.#silence = new Silence(options.silences, this.#over);
    x.cancellation.onCancel(this.#onLeave);
    if (x.content.length === 0) return;
    const keptMax = options.transport.readsAhead ? KEPT_BYTES : 0;
    this.#content = new SentContent(x.content, this.#silence, keptMax);
  }

  /** Sends the request to a target and gives the answer; its content then holds the place. */
  async send(place: Place): Promise<Reply> {
    const { request, client, content } = this.#x;
    const { target } = place;
    const { upgrade } = this;
    // HTTP/1.0 may leave Host out, but what is sent on is HTTP/1.1.
    const received = request.version === "HTTP/1.0" && !request.fields.has("host")
      ? request.fields.appended("Host", "")
      : request.fields;
    const fields = inboundFields(received, { client, token: target.token, upgrade });
    const { method, version } = request;
    this.#over.throwIfCancelled();
    this.#silence.askBackend();
    this.#sends(target);
    try {
      const reply = await this.#options.transport.send(
        target,
        { method, target: request.target, version, fields },
        this.#content?.fromStart() ?? content,
        this.#over,
        this,
      );
      this.#silence.heardBackend();
      this.#answered();
      this.#place = place;
      place.served();
      return this.#relayed(reply, place);
    } catch (error) {
      // Whoever waits for another process now is not kept by this one.
      this.#silence.heardBackend();
      this.#report(error, place);
      throw error;
    }
  }

  /** Whether sending again cannot make the backend do something twice that it should do once. */
  mayRepeat(fault: TransportFault): boolean {
    if (this.#over.isCancelled || fault.kind === "invalid" || fault.hasAnswered) return false;
    if (fault.kind === "refused") return this.#content?.canStartAgain ?? true;
    return ["GET", "HEAD", "OPTIONS"].includes(this.#x.request.method) &&
      this.#x.content.length === 0;
  }

  /** Says what an error of the transport means for the client. */
  failure(error: unknown): HostError {
    const { isCancelled, reason } = this.#x.cancellation;
    if (isCancelled) return leftError(reason);
    if (this.#content?.failure !== undefined) return leftError(this.#content.failure);
    if (this.#silence.isLate) {
      const { limitMs } = this.#options.silences;
      return new HostError("backend-silent", `Cannot wait longer than ${limitMs} ms`);
    }
    if (!(error instanceof TransportFault)) return HostError.from(error);
    const code = CODES[error.kind];
    return new HostError(code, `Cannot finish the exchange with the backend: ${error.message}`, {
      cause: error,
    });
  }

  /** Lets go of everything but the exchange itself. */
  end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#silence[Symbol.dispose]();
    this.#x.cancellation.offCancel(this.#onLeave);
    this.#content?.end();
    this.#over.cancel(undefined);
    this.#place?.leave();
  }

  /** Sends an interim answer on; a client that is slow to take it is no silent backend. @see SendHooks */
  async interim({ status, reason, fields }: ResponseHead): Promise<void> {
    this.#silence.heardBackend();
    await this.#x.interim?.({ status, reason, fields: outboundFields(fields) });
    this.#silence.askBackend();
  }

  /** @see ReadingObserver */
  askBackend(): void {
    this.#silence.askBackend();
  }

  /** @see ReadingObserver */
  heardBackend(): void {
    this.#silence.heardBackend();
  }

  /** @see ReadingObserver */
  failed(error: unknown): HostError {
    if (this.#place) this.#report(error, this.#place);
    return this.failure(error);
  }

  /** @see ReadingObserver */
  ended(): void {
    this.end();
  }

  #sends({ id, generation }: Target): void {
    const { record } = this.#x;
    if (!record) return;
    record.target = id;
    record.generation = generation;
    record.sentAt = this.#options.clock.now();
  }

  #answered(): void {
    const { record } = this.#x;
    if (record) record.firstByteMs = this.#options.clock.now() - record.sentAt;
  }

  #report(error: unknown, { target }: Place): void {
    const isOurs = this.#over.isCancelled || this.#content?.failure !== undefined;
    if (isOurs || !(error instanceof TransportFault) || error.kind === "invalid") return;
    this.#options.directory.report(target.id, error.kind);
  }

  /** The answer on its way to the client. */
  #relayed({ head, content, switched }: Reply, place: Place): Reply {
    const { status, reason } = head;
    if (switched) {
      const fields = this.#outbound(head.fields, place, head.fields.get("upgrade"));
      return { head: { status, reason, fields }, content, switched: this.#tunnel(switched, place) };
    }
    const relayed = { status, reason, fields: this.#outbound(head.fields, place) };
    return { head: relayed, content: this.#relayedContent(content) };
  }

  #outbound(received: Fields, { newName }: Place, upgrade?: string): Fields {
    const fields = outboundFields(received, upgrade);
    if (newName === undefined) return fields;
    const { secure } = this.#x.client;
    const cookie = affinityCookie(newName, this.#options.affinityPath, secure);
    return fields.appended("Set-Cookie", cookie);
  }

  #relayedContent(content: Content): Content {
    if (content.length !== 0) return new RelayedContent(content, this);
    this.end();
    return emptyContent;
  }

  /** The backend's end of a tunnel, which holds the place; nobody counts its silence. @see ANCM F-44 */
  #tunnel(stream: ByteStream, place: Place): ByteStream {
    const { tunnelDrainMs } = this.#options;
    return {
      unread: stream.unread,
      read: (into) => stream.read(into),
      write: (bytes) => stream.write(bytes),
      closeWrite: () => stream.closeWrite(),
      close: () => {
        stream.close();
        this.end();
      },
      onGoingAway: (listener) => place.onRetire(() => listener(tunnelDrainMs)),
    };
  }
}

const CODES = {
  refused: "backend-refused",
  broken: "backend-broke",
  invalid: "backend-invalid",
} as const;

function leftError(reason: unknown): HostError {
  if (reason instanceof HostError) return reason;
  return new HostError("client-gone", "The client left", { cause: reason });
}
