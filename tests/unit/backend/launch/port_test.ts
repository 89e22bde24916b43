import assert from "node:assert/strict";
import { StartFault } from "../../../../src/backend/process/failure.ts";
import { choosePort, chosenRange } from "../../../../src/backend/launch/port.ts";

const isRefused = (error: unknown) => error instanceof StartFault && error.code === "start-no-port";

const CONFIGURED: readonly [text: string, port: number | "refused"][] = [
  ["08080", 8080],
  ["8080abc", 8080],
  [" 5000", 5000],
  ["+5000", 5000],
  ["1025", 1025],
  ["48000", 48000],
  ["80", "refused"],
  ["1024", "refused"],
  ["48001", "refused"],
  ["-1", "refused"],
  ["0", "refused"],
  ["port", "refused"],
  ["99999999999999999999", "refused"],
];

for (const [configured, port] of CONFIGURED) {
  Deno.test(`choosePort() takes "${configured}" as ${port} (ANCM P-12, P-13, G-9)`, () => {
    const isFree = () => assert.fail("a fixed port is not tested (ANCM P-14)");
    if (port !== "refused") return assert.equal(choosePort({ configured, isFree }), port);
    assert.throws(() => choosePort({ configured, isFree }), (error: Error) => {
      return isRefused(error) && error.message.includes(`"${configured}"`) &&
        error.message.includes("1025 to 48000");
    });
  });
}

Deno.test("choosePort() chooses evenly between both ends of the range (ANCM P-10)", () => {
  const isFree = () => true;
  assert.equal(choosePort({ configured: "", isFree, random: () => 0 }), 10000);
  assert.equal(choosePort({ isFree, random: () => 1 - Number.EPSILON }), 48000);
  assert.equal(choosePort({ isFree, ephemeralFrom: 32768, random: () => 0.99999999 }), 32767);
});

Deno.test("chosenRange() stays below the ephemeral ports where there is room (ANCM P-10)", () => {
  assert.deepEqual(chosenRange(), { lowest: 10000, highest: 48000 });
  assert.deepEqual(chosenRange(32768), { lowest: 10000, highest: 32767 });
  assert.deepEqual(chosenRange(60000), { lowest: 10000, highest: 48000 });
  assert.deepEqual(chosenRange(1024), { lowest: 10000, highest: 48000 });
  assert.deepEqual(chosenRange(10001), { lowest: 10000, highest: 10000 });
});

Deno.test("choosePort() gives up after ten ports in use (ANCM P-11)", () => {
  let asked = 0;
  const isFree = () => ++asked > 9;
  choosePort({ isFree });
  assert.equal(asked, 10);
  asked = -1;
  assert.throws(() => choosePort({ isFree }), isRefused);
});
