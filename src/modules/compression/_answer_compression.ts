import { bytesContent, emptyContent } from "../../contract/content.ts";
import type { Awaitable, Content, Exchange, Fields, Reply } from "../../contract/exchange.ts";
import { type Coding, CodingChoice } from "./_accept_encoding.ts";
import { CompressedContent } from "./_compressed_content.ts";
import { CompressedFiles } from "./_compressed_files.ts";
import { compress, type Compression, Encoder, ENCODERS_MOST } from "./_encoder.ts";
import { encodedFields, varied, weakTag } from "./_fields.ts";
import type { MimeTypes } from "./_mime_types.ts";

/** No content, or a part of one that somebody else has cut. */
const UNTOUCHED: ReadonlySet<number> = new Set([204, 205, 206]);

/** The files that were asked for last, of all places together. */
const FILES = new CompressedFiles(16 * 1_024 * 1_024, 1_024 * 1_024);

/** What an {@linkcode AnswerCompression} goes by. */
export interface CompressionRules {
  /** Whether it is for files that the host serves; otherwise for all else. */
  readonly isForFiles: boolean;
  readonly types: MimeTypes;
  /** Less is not compressed, where it is known. */
  readonly minBytes: number;
  /** The host's favourite first. */
  readonly compressions: readonly Compression[];
  readonly notForHttp10: boolean;
  readonly notForProxies: boolean;
  readonly notForRange: boolean;
}

/** Compresses answers of one kind. @see IIS M-CO-1 … M-CO-7 */
export class AnswerCompression {
  readonly #rules: CompressionRules;
  readonly #choice: CodingChoice;
  readonly #compressions: ReadonlyMap<Coding, Compression>;

  constructor(rules: CompressionRules) {
    this.#rules = rules;
    this.#choice = new CodingChoice(rules.compressions.map(({ coding }) => coding));
    this.#compressions = new Map(rules.compressions.map((one) => [one.coding, one]));
  }

  /** Gives the answer as this client is to have it. */
  response(x: Exchange, reply: Reply): Awaitable<Reply> {
    // A page that is fetched for another exchange is compressed there.
    if (x.parent || reply.isDropped) return reply;
    if (reply.head.status === 304) return unchanged(x, reply);
    if (!this.#concerns(reply)) return reply;
    const compression = this.#compressionFor(x);
    if (!compression) return withFields(reply, varied(reply.head.fields));
    if (x.received.method === "HEAD") {
      reply.content.cancel();
      return encoded(reply, compression, { ...emptyContent, length: undefined });
    }
    if (this.#rules.isForFiles) return file(reply, compression);
    if (reply.content.state?.() === "bytes") {
      return atHand(reply, compression, this.#rules.minBytes);
    }
    const compressed = new CompressedContent(reply.content, new Encoder(compression));
    return encoded(reply, compression, compressed);
  }

  /** Whether the answer is one of those that are compressed for whoever takes it. */
  #concerns({ head, content }: Reply): boolean {
    const { isForFiles, types, minBytes } = this.#rules;
    if ((content.file !== undefined) !== isForFiles) return false;
    const type = head.fields.get("Content-Type");
    if (type === undefined || !types.has(type) || UNTOUCHED.has(head.status)) return false;
    if (content.length !== undefined && content.length < minBytes) return false;
    // Even `identity` says that whoever made it wants it as it is.
    if (head.fields.has("Content-Encoding")) return false;
    return !head.fields.getAll("Cache-Control").some((value) => /\bno-transform\b/i.test(value));
  }

  #compressionFor({ received }: Exchange): Compression | undefined {
    const { notForHttp10, notForProxies, notForRange } = this.#rules;
    const { version, fields } = received;
    const accepted = fields.getAll("Accept-Encoding");
    if (accepted.length === 0) return undefined;
    if (notForHttp10 && version === "HTTP/1.0") return undefined;
    if (notForProxies && fields.has("Via")) return undefined;
    if (notForRange && fields.has("Range")) return undefined;
    if (Encoder.busy >= ENCODERS_MOST) return undefined;
    const coding = this.#choice.best(accepted);
    return coding && this.#compressions.get(coding);
  }
}

/** A client whose tag was made weak gets it weak again. */
function unchanged({ received }: Exchange, reply: Reply): Reply {
  const { fields } = reply.head;
  const tag = fields.get("ETag");
  if (!tag?.startsWith('"')) return reply;
  const held = received.fields.getAll("If-None-Match").join(",");
  return held.includes(`W/${tag}`) ? withFields(reply, varied(weakTag(fields))) : reply;
}

function file(reply: Reply, compression: Compression): Reply {
  const { content } = reply;
  const { coding, level } = compression;
  const name = `${coding} ${level} ${content.file}`;
  const kept = FILES.get(name);
  if (kept) {
    content.cancel();
    return encoded(reply, compression, bytesContent(kept));
  }
  const compressed = new CompressedContent(content, new Encoder(compression));
  return encoded(reply, compression, FILES.keeping(name, content.length, compressed));
}

/** Most answers are small and there as a whole by now: they need no encoder and get a length. */
async function atHand(reply: Reply, compression: Compression, minBytes: number): Promise<Reply> {
  const { content } = reply;
  const first = await content.read();
  if (first && content.state?.() !== "end") return begun(reply, compression, first);
  const plain = first?.slice() ?? new Uint8Array(0);
  if (first) await content.read(); // who gives it is owed its end
  const bytes = plain.length < minBytes ? plain : compress(plain, compression);
  if (bytes.length < plain.length) return encoded(reply, compression, whole(bytes, content));
  return { ...withFields(reply, varied(reply.head.fields)), content: whole(plain, content) };
}

/** The bytes that were read from a content are good until it is read from again. */
async function begun(reply: Reply, compression: Compression, first: Uint8Array): Promise<Reply> {
  const encoder = new Encoder(compression);
  try {
    await encoder.write(first);
  } catch (error) {
    encoder.close();
    throw error;
  }
  return encoded(reply, compression, new CompressedContent(reply.content, encoder, true));
}

function whole(bytes: Uint8Array, source: Content): Content {
  const trailers = source.trailers?.();
  const content = bytesContent(bytes);
  return trailers && trailers.size > 0
    ? { ...content, length: undefined, trailers: () => trailers }
    : content;
}

function encoded(reply: Reply, { coding }: Compression, content: Content): Reply {
  return { ...withFields(reply, encodedFields(reply.head.fields, coding)), content };
}

function withFields(reply: Reply, fields: Fields): Reply {
  const { status, reason } = reply.head;
  return { ...reply, head: { status, reason, fields } };
}
