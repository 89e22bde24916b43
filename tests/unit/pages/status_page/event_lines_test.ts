import assert from "node:assert/strict";
import { takeMessages } from "../../../../src/pages/status_page/_event_lines.ts";

Deno.test("takeMessages() gives whole events, and keeps what has only begun", () => {
  const text = 'retry: 2000\n\nid: 1\nevent: sample\ndata: {"a":1}\n\nevent: output\nda';
  assert.deepEqual(takeMessages(text), {
    messages: [{ name: "sample", text: '{"a":1}' }],
    rest: "event: output\nda",
  });
});

Deno.test("takeMessages() takes comments, and data of several lines", () => {
  const { messages, rest } = takeMessages(": still here\n\ndata: a\ndata:b: c\ndata\n\n");
  assert.deepEqual(messages, [{ name: "message", text: "a\nb: c\n" }]);
  assert.equal(rest, "");
});

Deno.test("takeMessages() gives the same however the text is cut", () => {
  const text = "event: a\ndata: 1\n\nevent: b\ndata: 2\n\n";
  for (let at = 0; at <= text.length; at++) {
    const first = takeMessages(text.slice(0, at));
    const second = takeMessages(first.rest + text.slice(at));
    const names = [...first.messages, ...second.messages].map(({ name, text }) => name + text);
    assert.deepEqual(names, ["a1", "b2"], String(at));
  }
});
