import assert from "node:assert/strict";
import { join } from "node:path";
import { type ControlAddress, controlRequest } from "../../src/gateway/control_request.ts";
import { within } from "../support/executable_wait.ts";
import { bytesOf, latin1 } from "../support/raw_client.ts";

const never = new AbortController().signal;
const GET = { method: "GET", target: "/status" } as const;

/** Takes one connection, reads a request's head, sends the answer and closes. Gives what was read. */
async function answerOnce(listener: Deno.Listener, answer: string): Promise<string> {
  using connection = await listener.accept();
  const buffer = new Uint8Array(4_096);
  let seen = "";
  while (!seen.includes("\r\n\r\n")) {
    const count = await connection.read(buffer);
    if (count === null) break;
    seen += latin1(buffer.subarray(0, count));
  }
  let rest: Uint8Array = bytesOf(answer);
  while (rest.length > 0) rest = rest.subarray(await connection.write(rest));
  return seen;
}

async function exchange(answer: string, request: Parameters<typeof controlRequest>[1] = GET) {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const address: ControlAddress = { kind: "tcp", hostname: "127.0.0.1", port: listener.addr.port };
  const [seen, result] = await Promise.all([
    answerOnce(listener, answer),
    controlRequest(address, request, never),
  ]);
  return { seen, result, port: listener.addr.port };
}

Deno.test("controlRequest() sends a request that asks for the end of the connection", async () => {
  const { seen, port } = await exchange("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  assert.equal(
    seen,
    `GET /status HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: close\r\n\r\n`,
  );
});

Deno.test("controlRequest() sends the token, and a POST without content", async () => {
  const { seen } = await exchange("HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n", {
    method: "POST",
    target: "/stop",
    token: "secret",
  });
  assert.match(seen, /^POST \/stop HTTP\/1\.1\r\n/);
  assert.match(seen, /\r\nAuthorization: Bearer secret\r\nContent-Length: 0\r\n/);
});

const ANSWERS: [answer: string, status: number, text: string][] = [
  ["HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\ngrün", 200, "grün"],
  [
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n",
    200,
    "abc",
  ],
  ["HTTP/1.1 503 Away\r\n\r\nuntil the end", 503, "until the end"],
  ["HTTP/1.1 103 Hint\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n", 204, ""],
];

for (const [answer, status, text] of ANSWERS) {
  Deno.test(`controlRequest() reads ${JSON.stringify(answer)}`, async () => {
    const bytes = latin1(new TextEncoder().encode(answer));
    const { result } = await exchange(bytes);
    assert.deepEqual(result, { at: "answered", status, text });
  });
}

for (
  const answer of [
    "",
    "HTTP/1.1 200",
    "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc",
    "SSH-2.0-x\r\n",
  ]
) {
  Deno.test(`controlRequest() finds ${JSON.stringify(answer)} broken`, async () => {
    const { result } = await exchange(answer);
    assert.equal(result.at, "broken");
  });
}

Deno.test("controlRequest() takes no answer without end", async () => {
  const { result } = await exchange(`HTTP/1.1 200 OK\r\n\r\n${"x".repeat(4 * 1024 * 1024 + 1)}`);
  assert.deepEqual(result, { at: "broken", why: "The answer is too large" });
});

Deno.test("controlRequest() says that nobody is there", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const path = join(folder, "no.sock");
    const result = await controlRequest({ kind: "unix", path }, GET, never);
    assert.equal(result.at, "absent");
    const listener = Deno.listen({ transport: "unix", path });
    listener.close();
    // The file stays when a host is killed.
    assert.equal((await controlRequest({ kind: "unix", path }, GET, never)).at, "absent");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("controlRequest() ends with its signal while a host says nothing", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const address: ControlAddress = { kind: "tcp", hostname: "127.0.0.1", port: listener.addr.port };
  const over = new AbortController();
  const asked = controlRequest(address, GET, over.signal);
  using connection = await listener.accept();
  await connection.read(new Uint8Array(1));
  over.abort(new Error("enough"));
  await assert.rejects(within("the end of the request", asked), /^Error: enough$/);
});
