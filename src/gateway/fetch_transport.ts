import type { Target } from "../contract/directory.ts";
import { emptyContent } from "../contract/content.ts";
import type { Content, Fields, Reply, RequestHead } from "../contract/exchange.ts";
import { HostError } from "../contract/host_error.ts";
import { FieldList } from "../http1/fields.ts";
import { refusedMethod } from "./_refused_method.ts";
import { type Transport, TransportFault } from "./transport.ts";

/** Idle connections are let go before Kestrel closes them (130 s), so that none is found dead. */
const IDLE_MS = 60_000;
/** @see ANCM F-57 */
const MAX_HEAD_BYTES = 64 * 1_024;

/** Reaches backends by the platform's `fetch`. What it cannot do is listed in docs/deviations.md. */
export function fetchTransport(): Transport {
  const clients = new Map<number, Deno.HttpClient>();

  function clientOf({ id }: Target): Deno.HttpClient {
    const known = clients.get(id);
    if (known) return known;
    const client = withoutProxy(() =>
      Deno.createHttpClient({
        allowHost: true,
        http1: true,
        http2: false,
        poolIdleTimeout: IDLE_MS,
      })
    );
    clients.set(id, client);
    return client;
  }

  function retain(targets: readonly Target[]): void {
    for (const [id, client] of clients) {
      if (targets.some((target) => target.id === id)) continue;
      client.close();
      clients.delete(id);
    }
  }

  return {
    name: "fetch",
    readsAhead: true,
    refusal,
    retain,
    // Interim answers and upgrades do not pass through fetch.
    async send(target, head, content, { signal }) {
      const response = await fetch(urlOf(target, head.target), {
        method: head.method,
        headers: headersOf(head.fields),
        body: bodyOf(head.method, content),
        redirect: "manual",
        client: clientOf(target),
        signal,
      }).catch((error) => {
        throw faultOf(error);
      });
      return replyOf(head.method, response);
    },
    [Symbol.dispose]: () => retain([]),
  };
}

/**
 * Makes a client that connects straight to the backend. Otherwise a proxy that the environment names would
 * get the requests, and with them the pairing token; a client reads the environment when it is made.
 */
function withoutProxy(make: () => Deno.HttpClient): Deno.HttpClient {
  const before = Deno.env.get("NO_PROXY");
  Deno.env.set("NO_PROXY", "127.0.0.1");
  try {
    return make();
  } finally {
    if (before === undefined) Deno.env.delete("NO_PROXY");
    else Deno.env.set("NO_PROXY", before);
  }
}

function refusal({ method }: RequestHead, { length }: Content): HostError | undefined {
  const refused = refusedMethod(method);
  if (refused) return refused;
  const name = method.toUpperCase();
  if ((name === "GET" || name === "HEAD") && length !== 0) {
    return new HostError("content-not-passed", `Cannot pass on the content of a ${name} request`);
  }
}

/** Bytes above 0x7f are escaped: `fetch` would take them for characters. */
function urlOf({ port }: Target, target: string): string {
  // deno-lint-ignore no-control-regex -- bytes, not characters
  const escaped = target.replace(/[^\x00-\x7f]/g, (c) => `%${c.charCodeAt(0).toString(16)}`);
  return `http://127.0.0.1:${port}${escaped.startsWith("/") ? "" : "/"}${escaped}`;
}

function headersOf(fields: Fields): [string, string][] {
  // Neither interim answers' friends nor trailers pass through fetch, so none is announced.
  const lines = [...fields.without(["accept-encoding", "te", "trailer"])] as [string, string][];
  // Asked for without coding, as fetch would decode it and leave the fields wrong.
  lines.push(["Accept-Encoding", "identity"]);
  // Cannot be left out: fetch would name itself.
  if (!fields.has("user-agent")) lines.push(["User-Agent", ""]);
  return lines;
}

/**
 * Content that is a stream is never sent a second time by fetch itself; bytes, or none at all, are, also
 * with methods that must not be repeated. So only those without harm may go without a stream.
 */
function bodyOf(method: string, content: Content): BodyInit | null {
  if (content.length === 0 && ["GET", "HEAD", "OPTIONS"].includes(method.toUpperCase())) {
    return null;
  }
  const stream = streamOf(content);
  return content.length ? new SizedBlob(content.length, stream) : stream;
}

/** Bytes that come from a stream but whose number is known: fetch sends `Content-Length` for them. */
class SizedBlob extends Blob {
  readonly #size: number;
  readonly #stream: ReadableStream<Uint8Array<ArrayBuffer>>;

  constructor(size: number, stream: ReadableStream<Uint8Array<ArrayBuffer>>) {
    super();
    this.#size = size;
    this.#stream = stream;
  }
  override get size(): number {
    return this.#size;
  }
  override stream(): ReadableStream<Uint8Array<ArrayBuffer>> {
    return this.#stream;
  }
}

function streamOf(content: Content): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new ReadableStream({
    async pull(controller) {
      const piece = await content.read();
      if (piece === null) controller.close();
      else controller.enqueue(piece.slice());
    },
    cancel: (reason) => content.cancel(reason),
  }, { highWaterMark: 0 });
}

async function replyOf(method: string, response: Response): Promise<Reply> {
  const invalid = invalidity(response);
  if (invalid) {
    await response.body?.cancel().catch(() => {}); // it may have failed already
    throw new TransportFault("invalid", invalid);
  }
  const fields = new FieldList([...response.headers].filter(([name]) => name !== "trailer"));
  // What Deno says where it does not know the status.
  const reason = response.statusText === "<none>" ? "" : response.statusText;
  return {
    head: { status: response.status, reason, fields },
    content: contentOf(method, response),
  };
}

/** What the client of `fetch` lets pass and a gateway must not. @see ANCM F-57 */
function invalidity({ status, headers }: Response): string | undefined {
  if (status === 101) return "the backend switched protocols without being asked";
  if (headers.has("content-length") && headers.has("transfer-encoding")) {
    return "the backend's answer has both Content-Length and Transfer-Encoding";
  }
  const coding = headers.get("transfer-encoding");
  if (coding !== null && coding.toLowerCase() !== "chunked") {
    return "the backend's answer has a Transfer-Encoding other than chunked";
  }
  let bytes = 0;
  for (const [name, value] of headers) bytes += name.length + value.length + 4;
  if (bytes > MAX_HEAD_BYTES) return `the backend's answer has a head of ${bytes} bytes`;
}

function contentOf(method: string, { status, headers, body }: Response): Content {
  if (!body) return emptyContent;
  if (method.toUpperCase() === "HEAD" || [204, 205, 304].includes(status)) {
    body.cancel().catch(() => {});
    return emptyContent;
  }
  const reader = body.getReader();
  const length = headers.get("content-length");
  return {
    length: length === null ? undefined : Number(length),
    read: () =>
      reader.read().then(({ value }) => value ?? null, (error) => {
        throw faultOf(error);
      }),
    cancel: (reason) => void reader.cancel(reason).catch(() => {}),
  };
}

/** Reads the kind of a failure from the text of fetch's error: it says it nowhere else. */
function faultOf(error: unknown): TransportFault {
  const text = error instanceof Error ? error.message : String(error);
  const kind = /\(Connect\)/.test(text)
    ? "refused"
    : /invalid HTTP|head is too large|unexpected message|invalid content-length/i.test(text)
    ? "invalid"
    : "broken";
  const sentence = text.replace(/^.*client error \(\w+\): /, "");
  return new TransportFault(kind, sentence, { cause: error });
}
