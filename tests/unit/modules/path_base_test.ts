import assert from "node:assert/strict";
import type { Exchange } from "../../../src/contract/exchange.ts";
import { HostError } from "../../../src/contract/host_error.ts";
import { pathBaseModule, pathBelow, requestPath } from "../../../src/modules/path_base.ts";

const BELOW: [pathBase: string, path: string, below: string | undefined][] = [
  ["/", "/a", "/a"],
  ["/", "/", "/"],
  ["/shop", "/shop", "/"],
  ["/shop", "/shop/", "/"],
  ["/shop", "/shop/api", "/api"],
  ["/shop", "/SHOP/Api", "/Api"],
  ["/shop", "/shopping", undefined],
  ["/shop", "/", undefined],
  ["/shop", "//shop", undefined],
  ["/shop/api", "/shop", undefined],
  ["/shop/api", "/shop/api/x", "/x"],
];

for (const [pathBase, path, below] of BELOW) {
  Deno.test(`pathBelow() of "${path}" under "${pathBase}" is ${JSON.stringify(below)}`, () => {
    assert.equal(pathBelow(pathBase, path), below);
  });
}

Deno.test("requestPath() normalises the path of a target and ignores the query (ANCM F-2)", () => {
  assert.equal(requestPath("/a/%2e%2e/b?/../c"), "/b");
  assert.equal(requestPath("*"), "/");
});

Deno.test("requestPath() refuses what cannot be decoded with bad-request", () => {
  assert.throws(
    () => requestPath("/%zz"),
    (error) => error instanceof HostError && error.code === "bad-request",
  );
});

const CASES: [target: string, code: string | undefined][] = [
  ["/shop/x", undefined],
  ["/shop%2Fx", "outside-path-base"],
  ["/shop/a%2Fx", undefined],
  ["/echo/..%2f..%2fshop/a", "bad-request"],
  ["/x", "outside-path-base"],
  ["/shop/../x", "outside-path-base"],
  ["/shop/%2e%2e/x", "outside-path-base"],
  ["/shop/..%5cx", "bad-request"],
  ["/shop/%", "bad-request"],
];

for (const [target, code] of CASES) {
  Deno.test(`pathBaseModule("/shop") answers "${target}" with ${code ?? "nothing"}`, () => {
    const ask = () => pathBaseModule("/shop").request?.({ request: { target } } as Exchange);
    if (code === undefined) assert.equal(ask(), undefined);
    else assert.throws(ask, (error) => error instanceof HostError && error.code === code);
  });
}
