import assert from "node:assert/strict";
import type { Fields, RequestHead, ResponseHead } from "../../../src/contract/exchange.ts";
import {
  FIELD,
  FieldList,
  fieldSet,
  frameChunk,
  FRAMING,
  LAST_CHUNK,
  replyFraming,
  RequestReader,
  ResponseReader,
  STEP,
  writeRequestHead,
  writeResponseHead,
} from "../../../src/http1/mod.ts";
import { toBytes, toText } from "../../support/http1_trace.ts";

Deno.test("a request and its response pass between client and backend through byte arrays alone", () => {
  // A driver in small: `received` is what sockets would have read, `out` what it would write to them.
  const received = toBytes(
    "GET /a%2Fb HTTP/1.1\r\nHost: a\r\nConnection: close, X-Hop\r\nX-Hop: 1\r\nms-aspnetcore-token: forged\r\n\r\n",
  );
  const out = new Uint8Array(1024);
  const hopByHop = fieldSet(FIELD.CONNECTION, FIELD.MS_ASPNETCORE);

  const requests = new RequestReader();
  assert.equal(requests.next(received, 0, received.length), STEP.HEAD);
  const request = requests.head(received, 0);
  const fields = request.fields.relayed(hopByHop, [["MS-ASPNETCORE-TOKEN", "true-one"]]);
  const sent = writeRequestHead(out, 0, { ...request, fields }, requests.framing, requests.length);
  assert.equal(
    toText(out.subarray(0, sent)),
    "GET /a%2Fb HTTP/1.1\r\nHost: a\r\nMS-ASPNETCORE-TOKEN: true-one\r\n\r\n",
  );

  const answer = toBytes(
    "HTTP/1.1 200 Fine\r\nx-A: 1\r\nTransfer-Encoding: chunked\r\n\r\n2;ext\r\nhi\r\n0\r\n\r\n",
  );
  const responses = new ResponseReader();
  responses.expect(requests.isHead, requests.upgrade);
  assert.equal(responses.next(answer, 0, answer.length), STEP.HEAD);
  const framing = replyFraming({ minor: 1, isHead: false, status: responses.status });
  let end = writeResponseHead(out, 0, responses.head(answer, 0), framing);
  while (responses.next(answer, responses.position, answer.length) === STEP.CONTENT) {
    const begin = frameChunk(answer, responses.from, responses.to);
    out.set(answer.subarray(begin, responses.to + 2), end);
    end += responses.to + 2 - begin;
  }
  out.set(LAST_CHUNK, end);
  assert.equal(
    toText(out.subarray(0, end + LAST_CHUNK.length)),
    "HTTP/1.1 200 Fine\r\nx-A: 1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n",
  );
  assert.equal(requests.keepAlive, false);
  assert.equal(responses.keepAlive, true);
});

Deno.test("heads that were read satisfy the contract's types", () => {
  const bytes = toBytes("GET / HTTP/1.0\r\n\r\n");
  const requests = new RequestReader();
  assert.equal(requests.next(bytes, 0, bytes.length), STEP.HEAD);
  const request: RequestHead = requests.head(bytes, 0);
  assert.equal(request.version, "HTTP/1.0");
  const answer = toBytes("HTTP/1.1 204\r\n\r\n");
  const responses = new ResponseReader();
  responses.expect(false, false);
  assert.equal(responses.next(answer, 0, answer.length), STEP.HEAD);
  const response: ResponseHead = responses.head(answer, 0);
  assert.equal(response.reason, "");
  const none: Fields = FieldList.none;
  assert.equal(none.size, 0);
  assert.equal(responses.framing, FRAMING.NONE);
});
