import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import type { LogFile } from "../../../src/contract/log_file.ts";
import { LogWriter } from "../../../src/contract/log_writer.ts";
import { eventLog } from "../../support/events.ts";
import { FakeClock, turn } from "../../support/fake_clock.ts";

const NO_SPACE = new Error("No space left on device (os error 28)");

/** A log on a disk that takes so many bytes more, or does not answer, or refuses to begin files. */
function disk(
  options: { maxWaitingBytes?: number; maxBytes?: number; gatherMs?: number } = {},
) {
  const clock = new FakeClock();
  const log = eventLog();
  const files: { text: string; isClosed: boolean }[] = [];
  const state = { room: Infinity, refuses: false, hangs: false, files };
  const begin = (): Promise<LogFile> => {
    if (state.refuses) return Promise.reject(NO_SPACE);
    const content = { text: "", isClosed: false };
    files.push(content);
    const decoder = new TextDecoder();
    return Promise.resolve({
      path: `/logs/${files.length}`,
      write(bytes: Uint8Array) {
        if (state.hangs) return new Promise<number>(() => {});
        if (state.room === 0) return Promise.reject(NO_SPACE);
        const written = Math.min(bytes.length, state.room);
        state.room -= written;
        content.text += decoder.decode(bytes.slice(0, written), { stream: true });
        return Promise.resolve(written);
      },
      close: () => void (content.isClosed = true),
    });
  };
  const { maxWaitingBytes = 1000, maxBytes = 0, gatherMs } = options;
  const writer = new LogWriter({
    path: "/logs/x.log",
    words: {
      event: "test-log",
      log: "test log",
      lines: "the tests' output",
      gapLine: (lines) => `(missing: ${lines})`,
      notCreated: (path, why) => ({ level: "warning", name: "not-created", message: path + why }),
      notRotatedId: 1004,
    },
    files: { begin, reopen: begin, prune: () => Promise.resolve() },
    ...(gatherMs === undefined ? {} : { gatherMs }),
    limits: { maxBytes, maxAgeMs: 0 },
    clock,
    report: log.report,
    maxWaitingBytes,
  });
  const write = async (...lines: string[]) => {
    lines.forEach((line) => writer.take(line));
    for (let i = 0; i < 5; i++) await turn();
  };
  return { clock, log, state, writer, write, text: () => files.map(({ text }) => text).join("|") };
}

Deno.test("a full disk is told once, and every line is there when it has room again", async () => {
  const { state, writer, write, clock, log, text } = disk();
  await write("one");
  state.room = 0;
  await write("two");
  await write("three");
  await clock.advance(100_000);
  await write("four");
  strictEqual(text(), "one\n");
  state.room = Infinity;
  await clock.advance(30_000);
  strictEqual(text(), "one\ntwo\nthree\nfour\n");
  deepStrictEqual(log.names(), [
    "- test-log-opened",
    "- test-log-broken",
    "- test-log-mended",
  ]);
  ok(log.find("test-log-broken")?.message.includes("no space left on device. "));
  await writer[Symbol.asyncDispose]();
  strictEqual(state.files[0]?.isClosed, true);
});

Deno.test("a line that the disk took half is finished when it has room again", async () => {
  const { state, writer, write, clock, text } = disk();
  state.room = 6;
  await write("first", "second");
  state.room = 3;
  await clock.advance(30_000);
  state.room = Infinity;
  await clock.advance(30_000);
  strictEqual(text(), "first\nsecond\n");
  await writer[Symbol.asyncDispose]();
});

Deno.test("lines beyond what may wait are counted, in their place and in one event", async () => {
  const { state, writer, write, clock, log, text } = disk({ maxWaitingBytes: 100 });
  state.room = 0;
  await write("first");
  for (let i = 0; i < 20; i++) await write(`line ${i} ......`);
  state.room = Infinity;
  await clock.advance(30_000);
  await write("last");
  const lines = text().split("\n");
  const kept = lines.filter((line) => line.startsWith("line")).length;
  ok(kept > 0 && kept < 20);
  deepStrictEqual(lines.slice(kept + 1), [
    `(missing: ${20 - kept})`,
    "last",
    "",
  ]);
  strictEqual(log.find("test-log-lines-lost")?.facts?.lines, 20 - kept);
  await writer[Symbol.asyncDispose]();
  strictEqual(log.names().filter((name) => name.endsWith("lines-lost")).length, 1);
});

Deno.test("losses are told every ten seconds at most, and none is forgotten", async () => {
  const { state, writer, clock, log, write } = disk({ maxWaitingBytes: 30 });
  let lost = 0;
  for (let round = 0; round < 5; round++) {
    state.room = 0;
    await write(...Array.from({ length: 10 }, () => "twelve bytes"));
    state.room = Infinity;
    await clock.advance(1000);
  }
  await writer[Symbol.asyncDispose]();
  const events = log.events.filter(({ name }) => name === "test-log-lines-lost");
  for (const { facts } of events) lost += Number(facts?.lines);
  const text = state.files[0]?.text ?? "";
  strictEqual(text.match(/twelve bytes/g)?.length, 50 - lost);
  strictEqual(events.length, 2);
});

Deno.test("disposing while the disk is full tries once more, then counts what is lost", async () => {
  const { state, writer, write, log, text } = disk();
  state.room = 2;
  await write("one", "two");
  await write("three");
  await writer[Symbol.asyncDispose]();
  strictEqual(text(), "on");
  strictEqual(log.find("test-log-lines-lost")?.facts?.lines, 3);
  strictEqual(state.files[0]?.isClosed, true);
});

Deno.test("disposing waits for a disk that does not answer two seconds, no longer", async () => {
  const { state, writer, write, clock, log } = disk();
  state.hangs = true;
  await write("one");
  await write("two");
  let isOver = false;
  const over = writer[Symbol.asyncDispose]().then(() => isOver = true);
  await clock.advance(1999);
  strictEqual(isOver, false);
  await clock.advance(1);
  await over;
  strictEqual(log.find("test-log-lines-lost")?.facts?.lines, 2);
});

Deno.test("a file that is due and cannot be begun: the old one is gone on with, and told", async () => {
  const { state, writer, write, clock, log, text } = disk({ maxBytes: 5 });
  await write("one");
  state.refuses = true;
  await write("two");
  await write("three");
  strictEqual(text(), "one\ntwo\nthree\n");
  strictEqual(log.names().filter((name) => name === "1004 test-log-not-rotated").length, 1);
  state.refuses = false;
  await clock.advance(30_000);
  await write("four");
  strictEqual(text(), "one\ntwo\nthree\n|four\n");
  strictEqual(state.files[0]?.isClosed, true);
  await writer[Symbol.asyncDispose]();
});

Deno.test("LogWriter waits for lines to come before it writes, and no longer once there are many", async () => {
  const { writer, write, clock, text } = disk({ gatherMs: 1000, maxWaitingBytes: 1_000_000 });
  await write("one");
  await clock.advance(999);
  await write("two");
  strictEqual(text(), "");
  await clock.advance(1);
  strictEqual(text(), "one\ntwo\n");
  await write(...Array.from({ length: 70 }, () => "x".repeat(1000)));
  ok(text().length > 60_000);
  await writer[Symbol.asyncDispose]();
  strictEqual(text().length, 8 + 70 * 1001);
});

Deno.test("LogWriter.reopen() writes what waits into the old file, then begins it again", async () => {
  const { state, writer, write, clock, log, text } = disk({ gatherMs: 1000 });
  await write("one");
  await writer.reopen();
  await write("two");
  await clock.advance(1000);
  strictEqual(text(), "one\n|two\n");
  strictEqual(state.files[0]?.isClosed, true);
  state.refuses = true;
  await writer.reopen();
  state.refuses = false;
  await write("three");
  await writer[Symbol.asyncDispose]();
  strictEqual(text(), "one\n|two\nthree\n");
  deepStrictEqual(log.names().slice(1), ["- test-log-reopened", "1004 test-log-not-reopened"]);
});
