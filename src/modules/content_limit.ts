import type { Content, Exchange } from "../contract/exchange.ts";
import type { HostError } from "../contract/host_error.ts";

/** Makes the failure of a content that is too long. */
export type TooLong = (bytes: number | undefined) => HostError;

/**
 * Keeps the content of a request from being longer than a number of bytes: refuses one that says so itself, and
 * fails the reading of one that turns out to be.
 *
 * @throws {HostError} what `tooLong` makes, which is told the length where it is known
 * @see IIS M-RF-5
 */
export function limitContent(x: Exchange, limitBytes: number, tooLong: TooLong): void {
  const { length } = x.content;
  if (length === undefined) x.content = limitedContent(x.content, limitBytes, tooLong);
  else if (length > limitBytes) throw tooLong(length);
}

function limitedContent(source: Content, limitBytes: number, tooLong: TooLong): Content {
  let bytes = 0;
  const content: Content = {
    async read() {
      const piece = await source.read();
      bytes += piece?.length ?? 0;
      if (bytes > limitBytes) throw tooLong(undefined);
      return piece;
    },
    cancel: (reason) => source.cancel(reason),
    trailers: () => source.trailers?.(),
  };
  if (source.state) content.state = () => source.state?.() ?? "waiting";
  return content;
}
