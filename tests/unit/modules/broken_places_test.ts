import assert from "node:assert/strict";
import { HostError } from "../../../src/contract/host_error.ts";
import { BROKEN_PLACE } from "../../../src/modules/_broken_places.ts";
import { observed } from "../../support/observed.ts";

Deno.test("BROKEN_PLACE names the path that it refuses, and not the query, which may hold secrets", () => {
  const { x } = observed({ target: "/admin/a?key=hidden" });
  assert.throws(() => BROKEN_PLACE.request?.(x), (error: unknown) => {
    assert.ok(error instanceof HostError);
    assert.equal(error.code, "configuration-invalid");
    assert.match(error.message, /"\/admin\/a"/);
    assert.doesNotMatch(error.message, /hidden/);
    return true;
  });
});
