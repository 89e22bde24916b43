import assert from "node:assert/strict";
import { Cancellation } from "../../../src/contract/cancellation.ts";
import { AdminEvents } from "../../../src/pages/admin_events.ts";
import { adminExchange, answerText } from "../../support/admin_exchange.ts";
import { FakeClock, turn } from "../../support/fake_clock.ts";
import { failedRequest, outputLine, scriptedSource } from "../../support/live_source.ts";

function stage() {
  const clock = new FakeClock();
  const source = scriptedSource();
  const events = new AdminEvents(clock, source);
  const open = () => {
    const cancellation = new Cancellation();
    const { content } = events.reply({ ...adminExchange("GET", "/events"), cancellation });
    const read = async () => new TextDecoder().decode(await content.read() ?? new Uint8Array());
    return { cancellation, content, read };
  };
  return { clock, source, events, open };
}

/** Gives the names of the events in a text. */
const namesOf = (text: string) => [...text.matchAll(/^event: (.*)$/gm)].map(([, name]) => name);

Deno.test("AdminEvents.reply() begins with when to come back, and all there is", async () => {
  const { source, open } = stage();
  source.fail(failedRequest());
  source.print(outputLine("hello"));
  const { read } = open();
  const text = await read();
  assert.deepEqual(namesOf(text), ["sample", "failures", "output"]);
  assert.match(
    text,
    /^retry: 2000\n\nid: 1\nevent: sample\ndata: \{"atMs":0,"status":\{.*\},"totals":\{.*\}\}\n\n/,
  );
  assert.match(text, /"advice":"Read the last lines of its output"/);
  assert.match(text, /\{"lines":\[\{.*"text":"hello"\}\],"missed":0\}\n\n$/);
});

Deno.test("AdminEvents tells every second how it is, and what is new only once", async () => {
  const { clock, source, open } = stage();
  const { read } = open();
  await read();
  await clock.advance(1_000);
  const quiet = await read();
  assert.deepEqual(namesOf(quiet), ["sample"]);
  assert.match(quiet, /^id: 2\n/);
  source.fail(failedRequest());
  source.print(outputLine("one"), outputLine("two"));
  await clock.advance(1_000);
  assert.deepEqual(namesOf(await read()), ["sample", "failures", "output"]);
  await clock.advance(1_000);
  assert.deepEqual(namesOf(await read()), ["sample"]);
});

Deno.test("AdminEvents writes a line of the backend into one line, whatever is in it", async () => {
  const { source, open } = stage();
  source.print(outputLine("a\n\nevent: sample\ndata: {}\r\u2028"));
  const { read } = open();
  const text = await read();
  assert.deepEqual(namesOf(text), ["sample", "failures", "output"]);
  assert.match(text, /a\\n\\nevent: sample\\ndata: \{\}\\r/);
});

Deno.test("AdminEvents rests while nobody reads", async () => {
  const { clock, source, open } = stage();
  let looks = 0;
  const { status } = source;
  source.status = () => (looks++, status());
  await clock.advance(5_000);
  assert.deepEqual([looks, clock.sleeping], [0, 0]);
  const [first, second] = [open(), open()];
  await clock.advance(1_000);
  assert.equal(looks, 3);
  first.content.cancel();
  second.cancellation.cancel("the client left");
  await turn();
  assert.equal(clock.sleeping, 0);
  await clock.advance(5_000);
  assert.equal(looks, 3);
  open();
  await clock.advance(1_000);
  assert.equal(looks, 5);
});

Deno.test("AdminEvents.reply() lets eight read, and the ninth when one has left", async () => {
  const { events, open } = stage();
  const streams = Array.from({ length: 8 }, open);
  const refused = events.reply(adminExchange("GET", "/events"));
  assert.equal(refused.head.status, 503);
  assert.equal(refused.head.fields.get("retry-after"), "5");
  assert.match((await answerText(refused)).text, /Too many status pages/);
  streams[3]?.content.cancel();
  assert.equal(events.reply(adminExchange("GET", "/events")).head.status, 200);
});

Deno.test("AdminEvents.reply() gives a HEAD no stream", async () => {
  const { clock, events } = stage();
  const { status, text, fields } = await answerText(events.reply(adminExchange("HEAD", "/events")));
  assert.deepEqual([status, text, clock.sleeping], [200, "", 0]);
  assert.equal(fields.get("content-type"), "text/event-stream; charset=utf-8");
});

Deno.test("AdminEvents gives up a reader that reads nothing, and goes on with the others", async () => {
  const { clock, source, open } = stage();
  const [slow, quick] = [open(), open()];
  source.print(outputLine("x".repeat(300_000)));
  await clock.advance(1_000);
  await quick.read();
  await quick.read();
  source.print(outputLine("y".repeat(300_000)));
  await clock.advance(1_000);
  assert.match(await quick.read(), /yyy/);
  await assert.rejects(slow.content.read(), /too slow/);
  await clock.advance(1_000);
  assert.deepEqual(namesOf(await quick.read()), ["sample"]);
});

Deno.test("AdminEvents.end() ends what is read, and lets nobody begin", async () => {
  const { clock, events, open } = stage();
  const { content } = open();
  events.end();
  while (await content.read() !== null);
  await turn();
  assert.equal(clock.sleeping, 0);
  assert.equal(events.reply(adminExchange("GET", "/events")).head.status, 503);
});

Deno.test("AdminEvents ends the streams when the host cannot say how it is", async () => {
  const { clock, source, open } = stage();
  const { content } = open();
  source.status = () => {
    throw new Error("a bug");
  };
  await clock.advance(1_000);
  while (await content.read() !== null);
  assert.equal(clock.sleeping, 0);
});
