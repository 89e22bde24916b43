import assert from "node:assert/strict";
import { type Coding, CodingChoice } from "../../../../src/modules/compression/_accept_encoding.ts";
import { seededTest } from "../../../support/seeded_random.ts";

const ORDER: readonly Coding[] = ["zstd", "br", "gzip"];
const best = (...accepted: string[]) => new CodingChoice(ORDER).best(accepted);

const CASES: [accepted: string, coding: Coding | undefined][] = [
  ["gzip", "gzip"],
  ["GZIP", "gzip"],
  ["x-gzip", "gzip"],
  ["gzip, deflate, br", "br"],
  ["gzip, deflate, br, zstd", "zstd"],
  ["gzip;q=1.0, br;q=0.9", "gzip"],
  ["br;q=0.5, gzip;q=0.5", "br"],
  ["br ; q = 0.5 , gzip ;q=0.6", "gzip"],
  ["*", "zstd"],
  ["*;q=0.1", "zstd"],
  ["zstd;q=0, *", "br"],
  ["gzip;q=0, *;q=0", undefined],
  ["gzip;q=0", undefined],
  ["gzip;q=0.000", undefined],
  ["identity", undefined],
  ["identity;q=0", undefined],
  ["identity;q=0, gzip", "gzip"],
  ["identity;q=0.5, gzip;q=0.4", undefined],
  ["identity;q=0.5, gzip;q=0.5", "gzip"],
  ["identity, gzip;q=0.5", undefined],
  ["", undefined],
  [",,", undefined],
  ["deflate, compress", undefined],
  ["gzip;q=2, br", "br"],
  ["gzip;q=-1", undefined],
  ["gzip;q=0.1234, br;q=0.1", "br"],
  ["gzip;q", undefined],
  ["gzip;level=9", undefined],
];

for (const [accepted, coding] of CASES) {
  Deno.test(`best() gives ${coding ?? "none"} for "${accepted}" (IIS M-CO-3)`, () => {
    assert.equal(best(accepted), coding);
  });
}

Deno.test("best() reads several fields as one (IIS M-CO-3)", () => {
  assert.equal(best("gzip", "br;q=0.2"), "gzip");
  assert.equal(best("gzip;q=0.1", "br;q=0.2"), "br");
  assert.equal(best(), undefined);
});

Deno.test("best() gives the same again for what it has seen", () => {
  const choice = new CodingChoice(ORDER);
  for (const accepted of ["gzip", "identity", "gzip", "identity", "br"]) {
    assert.equal(choice.best([accepted]), best(accepted));
  }
});

seededTest("best() takes whatever clients send", (random) => {
  const parts = ["gzip", "br", "zstd", "identity", "*", ";", ",", "q=", "0", "1", ".", " ", "\t"];
  const choice = new CodingChoice(ORDER);
  for (let i = 0; i < 2_000; i++) {
    let text = "";
    for (let n = random.index(12); n > 0; n--) text += random.of(parts);
    const coding = choice.best([text]);
    assert.ok(coding === undefined || ORDER.includes(coding), text);
    if (coding) assert.ok(text.includes(coding) || text.includes("*"), text);
  }
});
