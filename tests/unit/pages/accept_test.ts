import assert from "node:assert/strict";
import { pageForm } from "../../../src/pages/_accept.ts";

const CASES: [accept: string | undefined, form: string][] = [
  [undefined, "text"],
  ["", "text"],
  ["*/*", "text"],
  ["text/*", "text"],
  ["text/html", "html"],
  ["TEXT/HTML; charset=utf-8", "html"],
  ["application/json", "json"],
  ["application/problem+json", "json"],
  ["text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "html"],
  ["text/html;q=0.5, application/json", "json"],
  ["text/html;q=0", "text"],
  ["application/json, text/html", "json"],
  ["text/html;q=abc", "text"],
  ["text/htmlx", "text"],
  [",;,", "text"],
];

for (const [accept, form] of CASES) {
  Deno.test(`pageForm() of ${JSON.stringify(accept)} is ${form}`, () => {
    assert.equal(pageForm(accept), form);
  });
}

Deno.test("pageForm() takes any text without failing", () => {
  let seed = 7;
  const next = (below: number) => (seed = (seed * 1103515245 + 12345) % 2 ** 31) % below;
  const parts = ["text/html", "application/json", ";", "q=", "0.5", ",", " ", "*/*", "\0", "="];
  for (let i = 0; i < 2_000; i++) {
    const accept = Array.from({ length: next(12) }, () => parts[next(10)]).join("");
    assert.ok(["html", "json", "text"].includes(pageForm(accept)));
  }
});
