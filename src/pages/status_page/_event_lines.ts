/** One server-sent event. */
export interface PageMessage {
  readonly name: string;
  readonly text: string;
}

/**
 * Takes the whole events out of what has come of a stream of them, and gives what is left for later.
 *
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
 */
export function takeMessages(text: string): { messages: PageMessage[]; rest: string } {
  const blocks = text.split("\n\n");
  const rest = blocks.pop() ?? "";
  const messages = blocks.flatMap((block) => {
    const lines = block.split("\n").map((line): [name: string, value: string] => {
      const colon = line.indexOf(":");
      if (colon < 0) return [line, ""];
      return [line.slice(0, colon), line.slice(colon + 1).replace(/^ /, "")];
    });
    const parts = lines.filter(([name]) => name === "data").map(([, value]) => value);
    const name = lines.find(([field]) => field === "event")?.[1] ?? "message";
    return parts.length > 0 ? [{ name, text: parts.join("\n") }] : [];
  });
  return { messages, rest };
}
