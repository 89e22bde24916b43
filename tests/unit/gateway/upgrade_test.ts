import assert from "node:assert/strict";
import { bytesContent, emptyContent } from "../../../src/contract/content.ts";
import { askedUpgrade } from "../../../src/gateway/_upgrade.ts";
import { type FieldLine, FieldList } from "../../../src/http1/mod.ts";

const allowed = new Set(["websocket", "my-protocol/2", "h2c"]);
const CONNECTION: FieldLine = ["Connection", "keep-alive, upgrade"];

const CASES: [what: string, lines: FieldLine[], expected: string | undefined][] = [
  [
    "takes a WebSocket in the client's letters",
    [CONNECTION, ["Upgrade", "WebSocket"]],
    "WebSocket",
  ],
  [
    "takes another protocol that is allowed",
    [CONNECTION, ["Upgrade", "My-Protocol/2"]],
    "My-Protocol/2",
  ],
  [
    "takes the first that is allowed",
    [CONNECTION, ["Upgrade", "x, h2c"], ["upgrade", "websocket"]],
    "websocket",
  ],
  ["never takes h2c", [CONNECTION, ["Upgrade", "h2c"]], undefined],
  ["takes exact members only", [CONNECTION, ["Upgrade", "websocket/13, xwebsocket"]], undefined],
  ["takes none that Connection does not name", [["Upgrade", "websocket"]], undefined],
  ["takes none without Upgrade", [CONNECTION], undefined],
];

for (const [what, lines, expected] of CASES) {
  Deno.test(`askedUpgrade() ${what} (ANCM W-1)`, () => {
    const head = { method: "GET", target: "/", version: "HTTP/1.1" } as const;
    const asked = askedUpgrade({ ...head, fields: new FieldList(lines) }, emptyContent, allowed);
    assert.equal(asked, expected);
  });
}

Deno.test("askedUpgrade() takes GET of HTTP/1.1 without content only, and nothing where none is allowed", () => {
  const fields = new FieldList([CONNECTION, ["Upgrade", "websocket"]]);
  const head = { method: "GET", target: "/", version: "HTTP/1.1", fields } as const;
  assert.equal(askedUpgrade({ ...head, method: "POST" }, emptyContent, allowed), undefined);
  assert.equal(askedUpgrade({ ...head, version: "HTTP/1.0" }, emptyContent, allowed), undefined);
  assert.equal(askedUpgrade(head, bytesContent(new Uint8Array(1)), allowed), undefined);
  assert.equal(askedUpgrade(head, emptyContent, new Set()), undefined);
  assert.equal(askedUpgrade(head, emptyContent, allowed), "websocket");
});
