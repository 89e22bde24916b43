import assert from "node:assert/strict";
import { connectionOption, FRAMING, replyFraming } from "../../../src/http1/framing.ts";

Deno.test("replyFraming() chooses what the client can read (RFC 9112 §6, ANCM F-26)", () => {
  const reply = { minor: 1, isHead: false, status: 200, length: 5 };
  const { length: _, ...unknown } = reply;
  const rows = [
    [reply, FRAMING.LENGTH],
    [{ ...reply, length: 0 }, FRAMING.LENGTH],
    [{ ...reply, minor: 0 }, FRAMING.LENGTH],
    [unknown, FRAMING.CHUNKED],
    [{ ...unknown, minor: 0 }, FRAMING.CLOSE],
    [{ ...reply, isHead: true }, FRAMING.DESCRIBED],
    [{ ...reply, minor: 0, isHead: true }, FRAMING.DESCRIBED],
    [{ ...unknown, isHead: true }, FRAMING.DESCRIBED],
    [{ ...unknown, minor: 0, isHead: true }, FRAMING.NONE],
    [{ ...reply, status: 304 }, FRAMING.DESCRIBED],
    [{ ...reply, status: 204 }, FRAMING.NONE],
    [{ ...reply, status: 204, isHead: true }, FRAMING.NONE],
    [{ ...reply, status: 103 }, FRAMING.NONE],
  ] as const;
  for (const [facts, framing] of rows) assert.equal(replyFraming(facts), framing);
});

Deno.test("connectionOption() says only what the version does not (RFC 9112 §9.3)", () => {
  assert.equal(connectionOption(1, true), undefined);
  assert.equal(connectionOption(1, false), "close");
  assert.equal(connectionOption(0, true), "keep-alive");
  assert.equal(connectionOption(0, false), "close");
});
