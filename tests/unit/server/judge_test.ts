import assert from "node:assert/strict";
import { HostError } from "../../../src/contract/host_error.ts";
import { type FieldLine, FieldList } from "../../../src/http1/fields.ts";
import { hasContent, judgeRequest } from "../../../src/server/_judge.ts";

const head = (method: string, target: string, ...lines: FieldLine[]) => ({
  method,
  target,
  version: "HTTP/1.1" as const,
  fields: new FieldList(lines),
});

Deno.test("judgeRequest() gives an ordinary request as it is", () => {
  const received = head("GET", "/a/../b?c", ["Host", "example.test:81"]);
  assert.equal(judgeRequest(received), received);
});

Deno.test("judgeRequest() takes no Host and an empty one (RFC 9112 §3.2, HTTP/1.0)", () => {
  judgeRequest(head("GET", "/"));
  judgeRequest(head("GET", "/", ["Host", ""]));
});

Deno.test("judgeRequest() moves the authority of an absolute target to Host (RFC 9112 §3.2.2)", () => {
  const request = judgeRequest(head("GET", "http://b:81/x?y", ["Host", "a"], ["X", "1"]));
  assert.equal(request.target, "/x?y");
  assert.deepEqual([...request.fields], [["Host", "b:81"], ["X", "1"]]);
});

const REFUSED: [what: string, received: ReturnType<typeof head>, code: string][] = [
  ["a Host with user information", head("GET", "/", ["Host", "u@a"]), "bad-request"],
  ["two Hosts", head("GET", "/", ["Host", "a, b"]), "bad-request"],
  ["a target without a slash", head("GET", "x", ["Host", "a"]), "bad-request"],
  ["a fragment", head("GET", "/a#b", ["Host", "a"]), "bad-request"],
  ["an absolute target with a bad authority", head("GET", "http://u@b/"), "bad-request"],
  ["CONNECT", head("CONNECT", "a:443", ["Host", "a:443"]), "method-not-implemented"],
  [
    "an upgrade with chunked content",
    head("GET", "/", ["Upgrade", "x"], ["Transfer-Encoding", "chunked"]),
    "bad-request",
  ],
  [
    "an upgrade with content",
    head("GET", "/", ["Upgrade", "x"], ["Content-Length", "1"]),
    "bad-request",
  ],
];

for (const [what, received, code] of REFUSED) {
  Deno.test(`judgeRequest() refuses ${what} with ${code} (B6, B12)`, () => {
    assert.throws(
      () => judgeRequest(received),
      (error) => error instanceof HostError && error.code === code,
    );
  });
}

Deno.test("hasContent() believes the framing fields (RFC 9112 §6.3)", () => {
  assert.equal(hasContent(head("GET", "/")), false);
  assert.equal(hasContent(head("POST", "/", ["Content-Length", "0"])), false);
  assert.equal(hasContent(head("POST", "/", ["Content-Length", "3"])), true);
  assert.equal(hasContent(head("POST", "/", ["Transfer-Encoding", "chunked"])), true);
});
