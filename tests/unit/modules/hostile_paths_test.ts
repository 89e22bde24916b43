import assert from "node:assert/strict";
import { join } from "node:path";
import { requestPath } from "../../../src/modules/path_base.ts";
import { requestFiltering } from "../../../src/modules/request_filtering/request_filtering.ts";
import { HOSTILE_PATHS } from "../../support/hostile_paths.ts";
import { refusalStage } from "../../support/refusal_stage.ts";

const { verdict } = await refusalStage([requestFiltering]);

for (const { target, trick, by } of HOSTILE_PATHS) {
  if (by === "filter") {
    Deno.test(`request filtering refuses ${JSON.stringify(target)}: ${trick} (IIS M-RF-1)`, () => {
      assert.match(verdict(target), /^40[04]\./);
    });
  } else {
    Deno.test(`${JSON.stringify(target)} stays within the folder: ${trick} (IIS M-HT-2)`, () => {
      assert.equal(verdict(target), "passed");
      const path = requestPath(target);
      assert.ok(path.startsWith("/") && !path.includes("\\"), path);
      assert.match(join("/app", path), /^\/app\//);
    });
  }
}

Deno.test("there are at least 60 attempts", () => {
  assert.ok(HOSTILE_PATHS.length >= 60);
  assert.equal(new Set(HOSTILE_PATHS.map(({ target }) => target)).size, HOSTILE_PATHS.length);
});
