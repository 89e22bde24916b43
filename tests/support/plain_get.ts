import { get, type IncomingMessage } from "node:http";
import { within } from "./executable_wait.ts";

/** An answer as it was sent: nothing of it is decoded. */
export interface PlainAnswer {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly content: AsyncIterator<Uint8Array>;
  /** Reads the rest of it. */
  bytes(): Promise<Uint8Array>;
  /** Leaves. */
  close(): void;
}

/** Asks for a URL with these fields and no others but `Host`. */
export async function plainGet(
  url: string,
  headers: Readonly<Record<string, string>>,
): Promise<PlainAnswer> {
  const message = await within(
    `the answer to ${url}`,
    new Promise<IncomingMessage>((resolve, reject) => {
      get(url, { headers, agent: false }, resolve).on("error", reject);
    }),
  );
  const content: AsyncIterator<Uint8Array> = message[Symbol.asyncIterator]();
  return {
    status: message.statusCode ?? 0,
    headers: message.headers,
    content,
    async bytes() {
      const pieces: Uint8Array[] = [];
      for (;;) {
        const { value, done } = await within(`the content of ${url}`, content.next());
        if (done) break;
        pieces.push(value);
      }
      return Uint8Array.from(pieces.flatMap((piece) => [...piece]));
    },
    close: () => void message.destroy(),
  };
}
