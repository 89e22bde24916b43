import assert from "node:assert/strict";
import {
  OUTPUT_BYTES_A_SECOND,
  OUTPUT_LINES_A_SECOND,
} from "../../../../src/backend/process/_output_budget.ts";
import { OutputFlow, pump } from "../../../../src/backend/process/_output_pump.ts";
import { FakeClock } from "../../../support/fake_clock.ts";

const TOKEN = "secret-Token-1";
const bytes = (text: string) => new TextEncoder().encode(text);

function flowTo(lines: string[]) {
  const clock = new FakeClock();
  const flow = new OutputFlow({ token: TOKEN, clock, line: (text) => lines.push(text) });
  return { clock, flow };
}

Deno.test("OutputFlow passes lines on until there are too many in a second, and counts the rest", async () => {
  const lines: string[] = [];
  const { clock, flow } = flowTo(lines);
  flow.push(bytes("a\n".repeat(OUTPUT_LINES_A_SECOND) + "cut"));
  flow.push(bytes(" off\nlost\nlo"));
  flow.push(bytes("st\nlost too"));
  assert.equal(lines.length, OUTPUT_LINES_A_SECOND);
  await clock.advance(1000);
  assert.match(lines.at(-1) ?? "", /^\(3 lines of output dropped, 23 bytes: more than 20000 lines/);
  flow.push(bytes("\nkept\nha"));
  flow.push(bytes("lf\n"));
  assert.match(lines.at(-3) ?? "", /^\(1 lines of output dropped, 1 bytes:/);
  assert.deepEqual(lines.slice(-2), ["kept", "half"]);
  flow.end();
  assert.equal(clock.sleeping, 0);
});

Deno.test("OutputFlow passes on no more bytes of an endless line than a second allows", async () => {
  const lines: string[] = [];
  const { clock, flow } = flowTo(lines);
  const piece = new Uint8Array(65_536).fill(120);
  for (let sent = 0; sent < 4 * OUTPUT_BYTES_A_SECOND; sent += piece.length) flow.push(piece);
  const seen = lines.reduce((sum, { length }) => sum + length, 0);
  assert.ok(seen <= OUTPUT_BYTES_A_SECOND && seen > OUTPUT_BYTES_A_SECOND - 20_000, `${seen}`);
  await clock.advance(1500);
  flow.push(piece); // still of the same line
  flow.push(bytes("x\nnext\n"));
  assert.equal(lines.at(-1), "next");
});

Deno.test("OutputFlow tells of a loss at the end, and shows no part of a secret behind it", () => {
  const lines: string[] = [];
  const { clock, flow } = flowTo(lines);
  flow.push(bytes("a\n".repeat(OUTPUT_LINES_A_SECOND) + TOKEN.slice(0, 6)));
  flow.push(bytes(`${TOKEN.slice(6)}\n`));
  flow.end();
  assert.match(lines.at(-1) ?? "", /^\(1 lines of output dropped, 9 bytes/);
  assert.equal(lines.length, OUTPUT_LINES_A_SECOND + 1);
  assert.equal(clock.sleeping, 0);
});

Deno.test("pump() reads to the end, also of a line without one", async () => {
  const lines: string[] = [];
  const stream = ReadableStream.from([bytes("one\ntw"), bytes("o\nhalf")]);
  const line = (text: string) => lines.push(text);
  await pump(stream, { token: TOKEN, clock: new FakeClock(), line }).ended;
  assert.deepEqual(lines, ["one", "two", "half"]);
});
