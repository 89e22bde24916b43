import assert from "node:assert/strict";
import { type FieldLine, FieldList } from "../../../src/http1/fields.ts";
import { judgeAccess } from "../../../src/pages/admin_access.ts";

const TOKEN = "0123456789abcdef";
const READ = { isOpen: false, changes: false };
const CHANGE = { isOpen: false, changes: true };
const OPEN = { isOpen: true, changes: false };
const SOCKET = { isTokenNeeded: false };
const NETWORK = { isTokenNeeded: true, token: TOKEN };
const BEARER: FieldLine = ["Authorization", `Bearer ${TOKEN}`];
const HOST: FieldLine = ["Host", "127.0.0.1:9000"];

const judge = (
  wanted: typeof READ,
  guard: Parameters<typeof judgeAccess>[2],
  lines: readonly FieldLine[],
) => judgeAccess(wanted, new FieldList(lines), guard);

Deno.test("judgeAccess() lets everybody have what is open", () => {
  assert.equal(judge(OPEN, NETWORK, [["Host", "metrics.example"]]), "allowed");
  assert.equal(judge(OPEN, { isTokenNeeded: true }, []), "allowed");
});

Deno.test("judgeAccess() asks for no token on a Unix socket, but for a Host that no other site can have", () => {
  assert.equal(judge(READ, SOCKET, [["Host", "host.example"]]), "foreign-host");
  assert.equal(judge(READ, SOCKET, [["Host", "localhost"]]), "allowed");
  assert.equal(judge(CHANGE, SOCKET, [["Host", "localhost"]]), "allowed");
});

Deno.test("judgeAccess() lets nobody in on the network where no token is set", () => {
  assert.equal(judge(READ, { isTokenNeeded: true }, [HOST, BEARER]), "no-token-set");
});

const TOKENS: [lines: FieldLine[], verdict: string][] = [
  [[], "token-missing"],
  [[["Authorization", `Basic ${TOKEN}`]], "token-missing"],
  [[["Authorization", "Bearer"]], "token-missing"],
  [[["Authorization", `Bearer ${TOKEN} x`]], "token-missing"],
  [[BEARER, BEARER], "token-missing"],
  [[["Authorization", `Bearer ${TOKEN}0`]], "token-wrong"],
  [[["Authorization", `Bearer ${TOKEN.slice(1)}`]], "token-wrong"],
  [[["Authorization", `Bearer ${TOKEN.toUpperCase()}`]], "token-wrong"],
  [[["authorization", `bearer  ${TOKEN}`]], "allowed"],
  [[BEARER], "allowed"],
];

for (const [lines, verdict] of TOKENS) {
  Deno.test(`judgeAccess() on the network with ${JSON.stringify(lines)} is ${verdict}`, () => {
    assert.equal(judge(READ, NETWORK, [HOST, ...lines]), verdict);
    assert.equal(judge(CHANGE, NETWORK, [HOST, ...lines]), verdict);
  });
}

const HOSTS: [host: string, verdict: string][] = [
  ["localhost", "allowed"],
  ["LOCALHOST:9000", "allowed"],
  ["app.localhost:9000", "allowed"],
  ["127.0.0.1", "allowed"],
  ["10.1.2.3:9000", "allowed"],
  ["[::1]:9000", "allowed"],
  ["[::1]", "allowed"],
  ["", "foreign-host"],
  ["evil.example", "foreign-host"],
  ["evil.example:9000", "foreign-host"],
  ["localhost.evil.example", "foreign-host"],
  ["notlocalhost", "foreign-host"],
  ["127.0.0.1.evil.example", "foreign-host"],
  ["1.2.3.4@evil.example", "foreign-host"],
  ["[evil]", "foreign-host"],
  ["[::1].evil.example", "foreign-host"],
];

for (const [host, verdict] of HOSTS) {
  Deno.test(`judgeAccess() on the network with Host "${host}" is ${verdict}`, () => {
    assert.equal(judge(READ, NETWORK, [["Host", host], BEARER]), verdict);
  });
}

const ORIGINS: [lines: FieldLine[], verdict: string][] = [
  [[["Origin", "http://127.0.0.1:9000"]], "allowed"],
  [[["Origin", "http://127.0.0.1:9000"], ["Sec-Fetch-Site", "same-origin"]], "allowed"],
  [[["Sec-Fetch-Site", "none"]], "allowed"],
  [[["Origin", "null"]], "cross-site"],
  [[["Origin", "http://127.0.0.1:9001"]], "cross-site"],
  [[["Origin", "https://127.0.0.1:9000"]], "cross-site"],
  [[["Origin", "http://evil.example"]], "cross-site"],
  [[["Sec-Fetch-Site", "cross-site"]], "cross-site"],
  [[["Sec-Fetch-Site", "same-site"], ["Origin", "http://127.0.0.1:9000"]], "cross-site"],
];

for (const [lines, verdict] of ORIGINS) {
  Deno.test(`judgeAccess() of a change with ${JSON.stringify(lines)} is ${verdict}`, () => {
    assert.equal(judge(CHANGE, NETWORK, [HOST, BEARER, ...lines]), verdict);
    assert.equal(judge(CHANGE, SOCKET, [HOST, ...lines]), verdict);
  });
}
