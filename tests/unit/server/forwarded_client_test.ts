import assert from "node:assert/strict";
import { FieldList } from "../../../src/http1/fields.ts";
import { forwardedRequest } from "../../../src/server/forwarded_client.ts";
import { parseTrustedProxies } from "../../../src/server/trusted_proxy.ts";
import { decide, type ForwardedCase } from "../../support/forwarded_cases.ts";
import { seededTest } from "../../support/seeded_random.ts";

interface Expected {
  readonly client: readonly [address: string, port: number, secure: boolean];
  /** As the backend gets them; undefined for none. */
  readonly for?: string;
  readonly proto?: string;
}

const NET = ["10.0.0.0/8"];
const CASES: (ForwardedCase & { readonly expected: Expected })[] = [
  {
    name: "without the option an ordinary request (ANCM G-3)",
    trusted: [],
    peer: "203.0.113.7:51000",
    isPeerSecure: true,
    fields: [],
    expected: {
      client: ["203.0.113.7", 51_000, true],
      for: "203.0.113.7:51000",
      proto: "https",
    },
  },
  {
    name: "without the option a request through an outer proxy (ANCM G-4)",
    trusted: [],
    peer: "10.0.0.5:40000",
    fields: [["X-Forwarded-For", "198.51.100.9"], ["X-Forwarded-Proto", "https"]],
    expected: {
      client: ["10.0.0.5", 40_000, false],
      for: "198.51.100.9, 10.0.0.5:40000",
      proto: "https, http",
    },
  },
  {
    name: "without the option a client that has an IPv6 address (ANCM G-5)",
    trusted: [],
    peer: "[::1]:6000",
    fields: [],
    expected: { client: ["::1", 6_000, false], for: "[::1]:6000", proto: "http" },
  },
  {
    name: "a trusted proxy that names client and scheme (G-4 with --trusted-proxy)",
    trusted: NET,
    peer: "10.0.0.5:40000",
    fields: [["X-Forwarded-For", "198.51.100.9"], ["X-Forwarded-Proto", "https"]],
    expected: { client: ["198.51.100.9", 0, true], for: "198.51.100.9", proto: "https" },
  },
  {
    name: "a peer that is not trusted",
    trusted: NET,
    peer: "203.0.113.7:51000",
    fields: [
      ["X-Forwarded-For", "10.0.0.1"],
      ["x-forwarded-PROTO", "https"],
      ["X-Forwarded-User", "admin"],
      ["Forwarded", "for=10.0.0.1;proto=https"],
      ["X-Real-IP", "10.0.0.1"],
    ],
    expected: {
      client: ["203.0.113.7", 51_000, false],
      for: "203.0.113.7:51000",
      proto: "http",
    },
  },
  {
    name: "two trusted proxies, each with its scheme",
    trusted: NET,
    peer: "10.0.0.5:40000",
    fields: [
      ["X-Forwarded-For", "192.0.2.1, 198.51.100.9:51000"],
      ["X-Forwarded-For", "10.0.0.6:40001"],
      ["X-Forwarded-Proto", "http, https, http"],
    ],
    expected: {
      client: ["198.51.100.9", 51_000, true],
      for: "192.0.2.1, 198.51.100.9:51000",
      proto: "http, https",
    },
  },
  {
    name: "two trusted proxies of which the first set the scheme and the second kept it",
    trusted: NET,
    peer: "10.0.0.5:40000",
    fields: [["X-Forwarded-For", "198.51.100.9, 10.0.0.6"], ["X-Forwarded-Proto", "https"]],
    expected: { client: ["198.51.100.9", 0, true], for: "198.51.100.9", proto: "https" },
  },
  {
    name: "a chain of trusted addresses only",
    trusted: NET,
    peer: "10.0.0.5:40000",
    fields: [["X-Forwarded-For", "10.0.0.7, 10.0.0.6"], ["X-Forwarded-Proto", "http"]],
    expected: { client: ["10.0.0.7", 0, false], for: "10.0.0.7", proto: "http" },
  },
  {
    name: "a client that claims a trusted address further left",
    trusted: NET,
    peer: "10.0.0.5:40000",
    fields: [["X-Forwarded-For", "10.0.0.1, 198.51.100.9"], ["X-Forwarded-Proto", "http, https"]],
    expected: {
      client: ["198.51.100.9", 0, true],
      for: "10.0.0.1, 198.51.100.9",
      proto: "http, https",
    },
  },
  {
    name: "an entry that names nobody",
    trusted: NET,
    peer: "10.0.0.5:40000",
    fields: [
      ["X-Forwarded-For", "198.51.100.9, unknown, 10.0.0.6:81"],
      ["X-Forwarded-Proto", "http, https, http"],
    ],
    expected: {
      client: ["10.0.0.6", 81, true],
      for: "198.51.100.9, unknown, 10.0.0.6:81",
      proto: "http, https, https",
    },
  },
  {
    name: "a proxy that names the scheme only",
    trusted: NET,
    peer: "10.0.0.5:40000",
    fields: [["X-Forwarded-Proto", "https"]],
    expected: {
      client: ["10.0.0.5", 40_000, true],
      for: "10.0.0.5:40000",
      proto: "https, https",
    },
  },
  {
    name: "a proxy that names the address only, over TLS",
    trusted: NET,
    peer: "10.0.0.5:40000",
    isPeerSecure: true,
    fields: [["X-Forwarded-For", "[2001:DB8::1]:443"]],
    expected: {
      client: ["2001:db8::1", 443, true],
      for: "[2001:db8::1]:443",
      proto: "https",
    },
  },
  {
    name: "a scheme that nobody knows",
    trusted: NET,
    peer: "10.0.0.5:40000",
    fields: [["X-Forwarded-For", "198.51.100.9"], ["X-Forwarded-Proto", "gopher"]],
    expected: { client: ["198.51.100.9", 0, false], for: "198.51.100.9", proto: "http" },
  },
  {
    name: "a WebSocket's own scheme",
    trusted: NET,
    peer: "10.0.0.5:40000",
    fields: [["X-Forwarded-For", "198.51.100.9"], ["X-Forwarded-Proto", "WSS"]],
    expected: { client: ["198.51.100.9", 0, true], for: "198.51.100.9", proto: "https" },
  },
  {
    name: "a proxy that says nothing",
    trusted: NET,
    peer: "10.0.0.5:40000",
    fields: [],
    expected: { client: ["10.0.0.5", 40_000, false], for: "10.0.0.5:40000", proto: "http" },
  },
  {
    name: "IPv4 within IPv6, as sockets for both tell it",
    trusted: NET,
    peer: "[::ffff:10.0.0.5]:40000",
    fields: [["X-Forwarded-For", "::ffff:198.51.100.9"]],
    expected: { client: ["198.51.100.9", 0, false], for: "198.51.100.9", proto: "http" },
  },
  {
    name: "Forwarded past a trusted proxy",
    trusted: NET,
    peer: "10.0.0.5:40000",
    fields: [[
      "Forwarded",
      'for=192.0.2.1, For="198.51.100.9:51000";proto=https;host=example.test, for=10.0.0.6;proto=http',
    ]],
    expected: { client: ["198.51.100.9", 51_000, true], for: "198.51.100.9:51000", proto: "https" },
  },
  {
    name: "Forwarded with a hidden client",
    trusted: NET,
    peer: "10.0.0.5:40000",
    fields: [["Forwarded", "for=198.51.100.9, for=_secret;proto=https"]],
    expected: { client: ["10.0.0.5", 40_000, true], for: "10.0.0.5:40000", proto: "https" },
  },
  {
    name: "Forwarded that a client broke before the proxy's own element",
    trusted: NET,
    peer: "10.0.0.5:40000",
    fields: [["Forwarded", 'for="10.0.0.1, for=198.51.100.9;proto=https']],
    expected: { client: ["198.51.100.9", 0, true], for: "198.51.100.9", proto: "https" },
  },
  {
    name: "Forwarded from a client, beside the X-Forwarded-For of the proxy",
    trusted: NET,
    peer: "10.0.0.5:40000",
    fields: [["Forwarded", "for=10.0.0.1;proto=https"], ["X-Forwarded-For", "198.51.100.9"]],
    expected: { client: ["198.51.100.9", 0, false], for: "198.51.100.9", proto: "http" },
  },
  {
    name: "a trusted proxy on a Unix socket",
    trusted: ["unix"],
    peer: "unix",
    fields: [["X-Forwarded-For", "192.0.2.1, 198.51.100.9:1"], ["X-Forwarded-Proto", "https"]],
    expected: {
      client: ["198.51.100.9", 1, true],
      for: "192.0.2.1, 198.51.100.9:1",
      proto: "https",
    },
  },
  {
    name: "a Unix socket that is not named as trusted",
    trusted: NET,
    peer: "unix",
    fields: [["X-Forwarded-For", "198.51.100.9:1"], ["X-Forwarded-Proto", "https"]],
    expected: { client: ["", 0, false], proto: "http" },
  },
];

for (const { name, expected, ...given } of CASES) {
  Deno.test(`forwardedRequest() finds the client behind ${name}`, () => {
    const { client, fieldsToBackend } = decide(given);
    const [address, port, secure] = expected.client;
    assert.deepEqual({ ...client }, { address, port, secure });
    assert.equal(fieldsToBackend.getAll("X-Forwarded-For").join(", ") || undefined, expected.for);
    assert.equal(fieldsToBackend.getAll("X-Forwarded-Proto").join(", "), expected.proto);
    assert.equal(fieldsToBackend.get("Host"), "example.test");
  });
}

const OTHER = [
  ["X-Forwarded-Host", "public.test"],
  ["X-Forwarded-Prefix", "/p"],
  ["X-Real-IP", "198.51.100.9"],
  ["Forwarded", "for=198.51.100.9"],
] as const;

Deno.test("forwardedRequest() passes on what else a trusted proxy says (ANCM F-17)", () => {
  const fields = [["X-Forwarded-For", "198.51.100.9"], ...OTHER] as const;
  const { fieldsToBackend } = decide({ trusted: NET, peer: "10.0.0.5:40000", fields });
  for (const [name, value] of OTHER) assert.equal(fieldsToBackend.get(name), value);
});

Deno.test("forwardedRequest() drops all that another peer says of somebody else", () => {
  const { fieldsToBackend } = decide({ trusted: NET, peer: "203.0.113.7:1", fields: OTHER });
  for (const [name] of OTHER) assert.equal(fieldsToBackend.has(name), false);
});

Deno.test("forwardedRequest() hands back the very fields where nothing is to be changed", () => {
  const received = new FieldList([["Host", "example.test"], ["Accept", "*/*"]]);
  const isTrusted = parseTrustedProxies(NET);
  for (const address of ["10.0.0.5", "203.0.113.7"]) {
    const peer = { address, port: 1, secure: false };
    assert.equal(forwardedRequest(peer, received, isTrusted).fields, received);
    assert.equal(forwardedRequest(peer, received, undefined).client, peer);
  }
});

Deno.test("forwardedRequest() walks past no more than 64 proxies", () => {
  const chain = Array.from({ length: 100 }, (_, i) => `10.0.1.${i}`).join(", ");
  const { client } = decide({
    trusted: NET,
    peer: "10.0.0.5:40000",
    fields: [["X-Forwarded-For", chain]],
  });
  assert.equal(client.address, "10.0.1.36");
});

const NAMES = ["X-Forwarded-For", "X-Forwarded-Proto", "Forwarded", "Accept"];
const PIECES = [
  "10.0.0.1",
  "for=",
  "1.2.3.4:5",
  "[::1]:1",
  '"',
  ",",
  ";",
  " ",
  "https",
  "proto=http",
  "unknown",
  "\\",
];

seededTest(
  "forwardedRequest() names the true client last, whatever it sends before a trusted proxy",
  (random) => {
    const isTrusted = parseTrustedProxies(NET);
    const peer = { address: "10.0.0.5", port: 40_000, secure: false };
    for (let run = 0; run < 2_000; run++) {
      const junk = Array.from({ length: random.index(12) }, () => random.of(PIECES)).join("");
      const usesForwarded = random.index(2) === 0;
      const own = usesForwarded
        ? [["Forwarded", `${junk}, for="198.51.100.9:7";proto=https`]] as const
        : [["X-Forwarded-For", `${junk}, 198.51.100.9:7`], ["X-Forwarded-Proto", "https"]] as const;
      const received = new FieldList([[random.of(["Accept", "Via"]), junk], ...own]);
      const { client } = forwardedRequest(peer, received, isTrusted);
      assert.deepEqual(client, { address: "198.51.100.9", port: 7, secure: true });
    }
  },
);

seededTest("forwardedRequest() takes any fields", (random) => {
  for (let run = 0; run < 2_000; run++) {
    const text = () => Array.from({ length: random.index(12) }, () => random.of(PIECES)).join("");
    const fields = Array.from(
      { length: random.index(5) },
      () => [random.of(NAMES), text()] as const,
    );
    const { client, fieldsToBackend } = decide({ trusted: NET, peer: "10.0.0.5:40000", fields });
    const last = fieldsToBackend.getAll("X-Forwarded-For").join(", ").split(", ").at(-1) ?? "";
    const port = client.port === 0 ? "" : `:${client.port}`;
    assert.ok(last.includes(client.address) && last.endsWith(port), last);
  }
});
