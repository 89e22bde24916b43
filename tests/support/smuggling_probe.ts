import { bytesOf, latin1 } from "./raw_client.ts";
import { within } from "./executable_wait.ts";

/** One final answer, as a client finds it in what it received. Interim ones are not answers. */
export interface SeenAnswer {
  readonly status: number;
  /** Whether Kestrel made it, and not the host. */
  readonly isOfKestrel: boolean;
  readonly content: string;
}

/** What a client saw of the other side. */
export interface Seen {
  readonly answers: readonly SeenAnswer[];
  /**
   * How it ended: the other side closed; or it waited for more until the client closed its own direction.
   */
  readonly end: "closed" | "waits";
  /** What was left over behind the answers, such as a broken one. */
  readonly rest: string;
}

/** How long the other side says nothing before it counts as waiting, at least. Milliseconds. */
const QUIET_MS = 700;

/**
 * Sends bytes as they are and follows the connection to its end.
 *
 * @param isAlive asks the other side something on another connection; what waits when it has answered waits for us
 */
export async function probe(
  url: string,
  bytes: string,
  isAlive: () => Promise<unknown>,
): Promise<Seen> {
  const { hostname, port } = new URL(url);
  using connection = await Deno.connect({ hostname, port: Number(port) });
  let received = "";
  let heardAt = performance.now();
  let isOpen = true;
  const reading = (async () => {
    const buffer = new Uint8Array(64 * 1024);
    for (;;) {
      const count = await connection.read(buffer).catch(() => null);
      if (count === null) break;
      received += latin1(buffer.subarray(0, count));
      heardAt = performance.now();
    }
    isOpen = false;
  })();
  // Who refuses need not read the rest.
  await writeAll(connection, bytesOf(bytes)).catch(() => {});
  let end: Seen["end"] = "closed";
  while (isOpen) {
    const quiet = new Promise<void>((resolve) => setTimeout(resolve, 50));
    await Promise.race([quiet, reading]);
    if (!isOpen || performance.now() - heardAt < QUIET_MS) continue;
    const before = received.length;
    await isAlive();
    if (!isOpen || received.length !== before) continue;
    end = "waits";
    await connection.closeWrite().catch(() => {});
    await within("the end of a connection", reading);
  }
  return { ...answersIn(received), end };
}

async function writeAll(connection: Deno.Conn, bytes: Uint8Array): Promise<void> {
  for (let rest = bytes; rest.length > 0;) rest = rest.subarray(await connection.write(rest));
}

/** Finds the answers in what came. */
export function answersIn(text: string): Pick<Seen, "answers" | "rest"> {
  const answers: SeenAnswer[] = [];
  let rest = text;
  for (;;) {
    const head = /^HTTP\/1\.1 (\d{3})[^\r\n]*\r\n(?:[^\r\n]+\r\n)*\r\n/.exec(rest);
    if (!head) return { answers, rest };
    const status = Number(head[1]);
    const behind = rest.slice(head[0].length);
    if (status < 200 && status !== 101) {
      rest = behind;
      continue;
    }
    const content = contentIn(head[0], behind, status);
    if (!content) return { answers, rest };
    answers.push({
      status,
      isOfKestrel: /^server: kestrel\r$/im.test(head[0]),
      content: content.text,
    });
    rest = behind.slice(content.length);
  }
}

function contentIn(
  head: string,
  behind: string,
  status: number,
): { text: string; length: number } | undefined {
  if ([101, 204, 304].includes(status)) return { text: "", length: 0 };
  if (/^transfer-encoding: chunked\r$/im.test(head)) return chunksIn(behind);
  const length = Number(/^content-length: (\d+)\r$/im.exec(head)?.[1] ?? behind.length);
  return behind.length < length ? undefined : { text: behind.slice(0, length), length };
}

function chunksIn(behind: string): { text: string; length: number } | undefined {
  let text = "";
  for (let at = 0;;) {
    const line = /^([0-9a-f]+)\r\n/i.exec(behind.slice(at, at + 20));
    if (!line) return undefined;
    const size = parseInt(line[1]!, 16);
    at += line[0].length;
    text += behind.slice(at, at + size);
    at += size + 2;
    if (at > behind.length) return undefined;
    if (size === 0) return { text, length: at };
  }
}
