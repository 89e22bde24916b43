import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import type { AttributeSchema } from "../../../src/config/schema.ts";
import { formatTimeSpan, readValue } from "../../../src/config/values.ts";

function value(schema: AttributeSchema, text: string): unknown {
  const reading = readValue(schema, text);
  return "value" in reading ? reading.value : undefined;
}

Deno.test("readValue() takes true and false in any case and nothing else (ANCM C-2, IIS M-CF-20)", () => {
  const schema = { type: "boolean", doc: "" } as const;
  deepStrictEqual(["true", "True", "FALSE"].map((text) => value(schema, text)), [
    true,
    true,
    false,
  ]);
  for (const text of ["", "1", "0", "yes", " true"]) strictEqual(value(schema, text), undefined);
});

Deno.test("readValue() takes whole decimal numbers inside the range (IIS M-CF-22)", () => {
  const schema = { type: "uint", min: 1, max: 100, doc: "" } as const;
  deepStrictEqual(["1", "100", "007"].map((text) => value(schema, text)), [1, 100, 7]);
  const wrong = ["", "0", "101", "-1", "+1", "1.0", "1e1", "0x1", " 1", "9".repeat(400)];
  for (const text of wrong) strictEqual(value(schema, text), undefined);
  strictEqual(value({ type: "uint", doc: "" }, "4294967295"), 4_294_967_295);
  strictEqual(value({ type: "uint", doc: "" }, "4294967296"), undefined);
});

Deno.test("readValue() takes hh:mm:ss, d.hh:mm:ss and hours over 24 (ANCM C-16)", () => {
  const schema = { type: "timeSpan", maxMs: 1_296_000_000, doc: "" } as const;
  const taken: [string, number][] = [
    ["00:00:00", 0],
    ["00:02:00", 120_000],
    ["1.00:00:01", 86_401_000],
    ["15.00:00:00", 1_296_000_000],
    ["360:00:00", 1_296_000_000],
  ];
  for (const [text, ms] of taken) strictEqual(value(schema, text), ms);
  const wrong = [
    "",
    "120",
    "00:60:00",
    "00:00:60",
    "360:00:01",
    "15.00:00:01",
    "1.24:00:00",
    "-00:01:00",
  ];
  for (const text of [...wrong, "00:02", "00:02:00.5", "0:0:1"]) {
    strictEqual(value(schema, text), undefined);
  }
});

Deno.test("formatTimeSpan() writes what readValue() reads", () => {
  const schema = { type: "timeSpan", maxMs: 1_296_000_000, doc: "" } as const;
  for (const ms of [0, 61_000, 1_296_000_000]) {
    strictEqual(value(schema, formatTimeSpan(ms)), ms);
  }
});

Deno.test("readValue() takes words in any case and gives them as the schema spells them", () => {
  const values = ["inprocess", "outofprocess"];
  const schema = { type: "enum", values, default: "outofprocess", doc: "" } as const;
  strictEqual(value(schema, "InProcess"), "inprocess");
  strictEqual(value(schema, ""), undefined);
  strictEqual(value({ ...schema, emptyIsDefault: true }, ""), "outofprocess");
  const flags = { type: "flags", values: ["Read", "Script"], doc: "" } as const;
  deepStrictEqual(value(flags, "script, READ,Script"), ["Script", "Read"]);
  deepStrictEqual(value(flags, ""), []);
  strictEqual(value(flags, "Read,Rite"), undefined);
});

Deno.test("readValue() refuses empty text only where the schema says so", () => {
  strictEqual(value({ type: "string", doc: "" }, ""), "");
  strictEqual(value({ type: "string", nonEmpty: true, doc: "" }, " "), undefined);
  strictEqual(value({ type: "string", nonEmpty: true, doc: "" }, " a "), " a ");
});

Deno.test("readValue() says what is wrong and what would be right", () => {
  const reading = readValue({ type: "uint", max: 600, unit: "seconds", doc: "" }, "4k\u001b");
  ok("wrong" in reading);
  strictEqual(reading.wrong, '"4k\\u001b" is not a whole number');
  strictEqual(reading.right, "write a whole number of seconds from 0 to 600");
});
