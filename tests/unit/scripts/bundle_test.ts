import assert from "node:assert/strict";
import { withoutPlaces } from "../../../scripts/bundle.ts";

Deno.test("withoutPlaces() leaves of a package its name and version", () => {
  const folder = "../../home/me/.cache/deno/npm/registry.example/";
  const text =
    `// ${folder}leven/4.1.0/index.js\nvar a = __esm({ "${folder}@a/b/1.0.0/c.js"() {} });\n`;
  assert.equal(
    withoutPlaces(text, [folder]),
    `// npm/leven/4.1.0/index.js\nvar a = __esm({ "npm/@a/b/1.0.0/c.js"() {} });\n`,
  );
});
