import assert from "node:assert/strict";
import { interleaved, measureOf } from "../../../bench/rounds.ts";

Deno.test("interleaved() measures in turn: A B A B, never A A B B", async () => {
  const order: string[] = [];
  const rounds = await interleaved([{ name: "A" }, { name: "B" }], 2, ({ name }) => {
    order.push(name);
    return Promise.resolve({ value: order.length });
  });
  assert.equal(order.join(" "), "A B A B");
  assert.deepEqual(rounds, [[{ value: 1 }, { value: 3 }], [{ value: 2 }, { value: 4 }]]);
});

Deno.test("interleaved() names the contender whose round failed", async () => {
  const failing = interleaved([{ name: "nginx" }], 1, () => Promise.reject(new Error("refused")));
  await assert.rejects(failing, /^Error: Cannot measure nginx: refused$/);
});

Deno.test("measureOf() gives each contender its own rounds", () => {
  const about = { id: "x", title: "x", unit: "ms", better: "less" } as const;
  const { results } = measureOf(about, [{ name: "a" }, { name: "b" }], [[{ value: 1 }], [{
    value: 2,
  }]]);
  assert.deepEqual(results.map(({ contender, median }) => [contender, median]), [
    ["a", 1],
    ["b", 2],
  ]);
});
