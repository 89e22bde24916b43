import assert from "node:assert/strict";
import { languageFolders } from "../../../../src/modules/http_errors/_languages.ts";

const CASES: [accept: string, folders: string[]][] = [
  ["", ["en-US"]],
  ["*", ["en-US"]],
  ["de-at", ["de-AT", "de", "en-US"]],
  ["fr;q=0.5, de-CH;q=0.9", ["de-CH", "de", "fr", "en-US"]],
  ["fr;q=0, en", ["en", "en-US"]],
  ["zh-Hans-CN", ["zh-Hans-CN", "zh", "en-US"]],
  ["../../etc, ..\\x, a/b, C:, de%2F", ["en-US"]],
  ["de;q=2, fr;q=x, it;q=1.", ["it", "en-US"]],
];
for (const [accept, folders] of CASES) {
  Deno.test(`languageFolders() of ${JSON.stringify(accept)} is ${folders.join(", ")}`, () => {
    assert.deepEqual(languageFolders(accept), folders);
  });
}

Deno.test("languageFolders() looks at a bounded number of languages", () => {
  const accept = Array.from({ length: 10_000 }, (_, i) => `a${i % 1000}`).join(",");
  assert.ok(languageFolders(accept).length <= 11);
});
