import assert from "node:assert/strict";
import { RequestRate } from "../../../src/modules/_request_rate.ts";
import { dynamicIpSecurity } from "../../../src/modules/dynamic_ip_security.ts";
import { end, refusalStage } from "../../support/refusal_stage.ts";

const stage = (inside: string, attributes = "", locations = "") =>
  refusalStage(
    [dynamicIpSecurity],
    `<security><dynamicIpSecurity ${attributes}>${inside}</dynamicIpSecurity></security>`,
    { locations },
  );

const CONCURRENT = '<denyByConcurrentRequests enabled="true" maxConcurrentRequests="2"/>';
const RATE =
  '<denyByRequestRate enabled="true" maxRequests="3" requestIntervalInMilliseconds="1000"/>';

Deno.test("dynamicIpSecurity refuses one request more at a time than a client may have (IIS section 9.2)", async () => {
  const { ask } = await stage(CONCURRENT);
  const address = "192.0.2.1";
  const [first, second, third] = [1, 2, 3].map(() => ask("/", { address }));
  assert.deepEqual([first?.verdict, second?.verdict, third?.verdict], [
    "passed",
    "passed",
    "403.501",
  ]);
  assert.equal(ask("/", { address: "192.0.2.2" }).verdict, "passed");
  if (third) end(third.x);
  assert.equal(ask("/", { address }).verdict, "403.501");
  if (first) end(first.x);
});

Deno.test("dynamicIpSecurity serves a client again when its requests are over (IIS section 9.2)", async () => {
  const { ask } = await stage(CONCURRENT);
  for (let i = 0; i < 10; i++) {
    const [a, b] = [ask("/"), ask("/")];
    assert.deepEqual([a.verdict, b.verdict], ["passed", "passed"]);
    end(a.x);
    end(b.x);
  }
});

Deno.test("dynamicIpSecurity refuses more requests in a time than a client may send (IIS section 9.2)", async () => {
  const { ask, clock } = await stage(RATE);
  const verdicts = () => [1, 2, 3, 4].map(() => ask("/").verdict);
  assert.deepEqual(verdicts(), ["passed", "passed", "passed", "403.502"]);
  assert.equal(ask("/", { address: "192.0.2.2" }).verdict, "passed");
  await clock.advance(2_000);
  assert.deepEqual(verdicts(), ["passed", "passed", "passed", "403.502"]);
});

Deno.test("dynamicIpSecurity takes an IPv6 network of 64 bits for one client", async () => {
  const { verdict } = await stage(RATE);
  const of = (...addresses: string[]) => addresses.map((address) => verdict("/", { address }));
  assert.deepEqual(
    of("2001:db8::1", "2001:db8::2", "2001:db8:0:0:f::3", "2001:db8::ffff:4", "2001:db8:0:1::1"),
    ["passed", "passed", "passed", "403.502", "passed"],
  );
  assert.deepEqual(
    of("192.0.2.1", "::ffff:192.0.2.1", "192.0.2.1", "::ffff:192.0.2.1"),
    ["passed", "passed", "passed", "403.502"],
  );
});

Deno.test("dynamicIpSecurity counts nobody behind a Unix socket, who has no address", async () => {
  const { verdict } = await stage(RATE);
  for (let i = 0; i < 9; i++) assert.equal(verdict("/", { address: "" }), "passed");
});

Deno.test("dynamicIpSecurity has one count for all places that share its section", async () => {
  const { verdict } = await stage(
    RATE,
    "",
    '<location path="a"><system.webServer><handlers/></system.webServer></location>',
  );
  const verdicts = ["/", "/a", "/", "/a"].map((target) => verdict(target));
  assert.deepEqual(verdicts, ["passed", "passed", "passed", "403.502"]);
});

for (
  const [action, verdict] of Object.entries({
    Forbidden: "403.502",
    Unauthorized: "401.502",
    NotFound: "404.502",
    AbortRequest: "403.502",
  })
) {
  Deno.test(`dynamicIpSecurity answers as denyAction="${action}" says (IIS M-IP-2)`, async () => {
    const { ask } = await stage(RATE.replace("3", "1"), `denyAction="${action}"`);
    ask("/");
    const { verdict: found, error } = ask("/");
    assert.equal(found, verdict);
    assert.equal(error?.failure.isDropped, action === "AbortRequest" ? true : undefined);
  });
}

Deno.test("dynamicIpSecurity only tells in logging-only mode (IIS M-DIP-1)", async () => {
  const { ask, events } = await stage(RATE, 'enableLoggingOnlyMode="true"');
  const verdicts = [1, 2, 3, 4].map(() => ask("/").verdict);
  assert.deepEqual(verdicts, ["passed", "passed", "passed", "passed"]);
  assert.equal(events.length, 1);
  assert.equal(events[0]?.name, "client-not-denied");
  assert.deepEqual(events[0]?.facts, {
    id: "1",
    status: "403.502",
    code: "client-request-rate",
    client: "203.0.113.7",
  });
});

Deno.test("dynamicIpSecurity says that enableProxyMode has no effect, and why", async () => {
  const { problems } = await stage(RATE, 'enableProxyMode="true"');
  assert.match(problems.join(), /warning: "enableProxyMode" has no effect; .*--trusted-proxy/);
});

Deno.test("dynamicIpSecurity is not there unless something of it is enabled", async () => {
  const off = '<denyByConcurrentRequests maxConcurrentRequests="1"/><denyByRequestRate/>';
  assert.deepEqual((await stage(off)).modulesAt("/"), []);
});

Deno.test("RequestRate lets the interval before fade away", () => {
  const rate = new RequestRate(100);
  for (let i = 1; i <= 8; i++) assert.equal(rate.count("a", 1_000), i);
  assert.equal(rate.count("a", 1_099), 9);
  assert.equal(rate.count("a", 1_100), 10);
  assert.equal(rate.count("a", 1_150), 2 + 9 / 2);
  assert.equal(rate.count("b", 1_150), 1);
  assert.equal(rate.count("a", 1_400), 1);
});

Deno.test("RequestRate remembers no more clients than it may", () => {
  const rate = new RequestRate(100, 3);
  for (const client of ["a", "a", "b", "c", "d"]) rate.count(client, 0);
  assert.equal(rate.count("b", 0), 2);
  assert.equal(rate.count("a", 0), 1);
});
