import assert from "node:assert/strict";
import { ListenError, parseListenUrl } from "../../../src/server/listen_url.ts";

const tcp = (hosts: unknown, port: number, more: Record<string, boolean> = {}) => ({
  kind: "tcp",
  hosts,
  port,
  isSecure: false,
  isProxied: false,
  ...more,
});
const unix = (path: string, isProxied = false) => ({ kind: "unix", path, isProxied });
const VALID: [text: string, address: Record<string, unknown>][] = [
  ["http://localhost:8080", tcp("localhost", 8080)],
  ["http://LOCALHOST:0/", tcp("localhost", 0)],
  ["http://127.0.0.1:5000", tcp({ name: "127.0.0.1" }, 5000)],
  ["http://[::1]:5000", tcp({ name: "::1" }, 5000)],
  ["http://*:80", tcp("all", 80)],
  ["http://+:80", tcp("all", 80)],
  ["http://0.0.0.0:80", tcp("all", 80)],
  ["http://[::]:80", tcp("all", 80)],
  ["http://example.test", tcp({ name: "example.test" }, 80)],
  ["HTTP://Example.test:65535", tcp({ name: "example.test" }, 65535)],
  ["https://localhost:8443", tcp("localhost", 8443, { isSecure: true })],
  ["HTTPS://*", tcp("all", 443, { isSecure: true })],
  ["https://[::1]:0/", tcp({ name: "::1" }, 0, { isSecure: true })],
  ["http://*:80?proxy=on", tcp("all", 80, { isProxied: true })],
  ["http://127.0.0.1:0/?proxy=on", tcp({ name: "127.0.0.1" }, 0, { isProxied: true })],
  ["http://unix:/run/a b.sock", unix("/run/a b.sock")],
  ["http://unix:/run/a.sock?proxy=on", unix("/run/a.sock", true)],
];

for (const [text, address] of VALID) {
  Deno.test(`parseListenUrl() understands "${text}"`, () => {
    assert.deepEqual(parseListenUrl(text), { text, ...address });
  });
}

const WRONG: [text: string, advice: RegExp][] = [
  ["ftp://localhost", /give http:\/\/HOST:PORT, https:\/\/HOST:PORT or http:\/\/unix:\/PATH/],
  ["https://unix:/run/a.sock", /a Unix socket is http/],
  ["https://", /give https:\/\/HOST:PORT/],
  ["http://localhost:80?", /after "\?" only proxy=on can stand/],
  ["http://localhost:80?proxy=off", /after "\?" only proxy=on can stand/],
  ["http://localhost:80?proxy=on&x=1", /after "\?" only proxy=on can stand/],
  ["https://localhost:443?proxy=on", /the PROXY header comes before TLS/],
  ["localhost:8080", /give http:\/\/HOST:PORT/],
  ["", /give http/],
  ["http://", /give http:\/\/HOST:PORT/],
  ["http://:80", /give http:\/\/HOST:PORT/],
  ["http://localhost:65536", /a port is 0 to 65535/],
  ["http://localhost:port", /give http:\/\/HOST:PORT/],
  ["http://localhost:80/base", /without a path/],
  ["http://::1:80", /give http:\/\/HOST:PORT/],
  ["http://[zz]:80", /"\[zz\]" is no IPv6 address/],
  ["http://unix:relative.sock", /an absolute path/],
];

for (const [text, advice] of WRONG) {
  Deno.test(`parseListenUrl() refuses "${text}" and says what would be right`, () => {
    assert.throws(
      () => parseListenUrl(text),
      (error) =>
        error instanceof ListenError && error.isUsage && advice.test(error.message) &&
        error.message.includes(`"${text}"`),
    );
  });
}
