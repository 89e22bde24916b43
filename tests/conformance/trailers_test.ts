import assert from "node:assert/strict";
import { conform, type Run } from "../support/conformance_cases.ts";
import type { Lines } from "../support/conformance_client.ts";
import { valuesOf } from "../support/raw_client.ts";

const CHUNKS =
  "HTTP/1.1 200 OK\r\nTrailer: X-Sum\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n";

/** Takes an answer with trailers and asserts what of them comes. */
function taking(fields: Lines, expected: Lines): Run {
  return async (stage) => {
    stage.script = (connection) =>
      connection.send(`${CHUNKS}0\r\nX-Sum: caf\xe9\r\nConnection: close\r\nX-Sum: 2\r\n\r\n`);
    const client = await stage.client();
    const { content, complete, trailers } = await client.exchange({ fields });
    assert.deepEqual([content, complete], ["abc", true]);
    const lower = trailers.map(([name, value]) => [name.toLowerCase(), value]);
    assert.deepEqual(lower, expected);
    stage.script = (connection) => connection.send(`${CHUNKS}0\r\n\r\n`);
    assert.equal((await client.exchange()).content, "abc", "the connection goes on");
  };
}

const BOTH: Lines = [["x-sum", "caf\xe9"], ["x-sum", "2"]];
const LOST_BY_FETCH = "fetch knows no trailers (A9)";

conform([
  {
    rule: "trailers of an answer reach a client that takes them, each line (PG trailers, F-56)",
    run: taking([["Connection", "TE"], ["TE", "trailers"]], BOTH),
    http2: {
      because: "TE needs no Connection there (RFC 9113 §8.2.2)",
      run: taking([["te", "trailers"]], BOTH),
    },
    fetch: {
      because: LOST_BY_FETCH,
      run: taking([["Connection", "TE"], ["TE", "trailers"]], []),
    },
  },
  {
    rule: "a client that did not ask for trailers gets none (RFC 9110 §6.5.1)",
    run: taking([], []),
    http2: {
      because: "every client of HTTP/2 can take them (RFC 9113 §8.1)",
      run: taking([], BOTH),
    },
  },
  {
    rule: "TE: trailers reaches the backend, and nothing else of TE (RFC 9110 §10.1.4)",
    async run(stage) {
      await stage.exchange({ fields: [["Connection", "TE"], ["TE", "gzip, trailers;q=1"]] });
      assert.deepEqual(valuesOf(stage.backend.requests[0]?.fields ?? [], "te"), ["trailers"]);
    },
    http2: {
      because: "TE may say nothing else there (RFC 9113 §8.2.2)",
      async run(stage) {
        await stage.exchange({ fields: [["te", "trailers"]] });
        assert.deepEqual(valuesOf(stage.backend.requests[0]?.fields ?? [], "te"), ["trailers"]);
      },
    },
    fetch: {
      because: LOST_BY_FETCH,
      async run(stage) {
        await stage.exchange({ fields: [["Connection", "TE"], ["TE", "trailers"]] });
        assert.deepEqual(valuesOf(stage.backend.requests[0]?.fields ?? [], "te"), []);
      },
    },
  },
]);
