import assert from "node:assert/strict";
import {
  FIELD,
  FIELD_IDS,
  fieldId,
  fieldName,
  fieldSet,
  LAST_RULED,
  recognise,
} from "../../../src/http1/field_names.ts";
import { toBytes } from "../../support/http1_trace.ts";

const recogniseText = (name: string) => recognise(toBytes(`::${name}:`), 2, 2 + name.length);

Deno.test("recognise() and fieldId() know every name of FIELD in any case, and no neighbour of it", () => {
  for (const id of Object.values(FIELD)) {
    const name = fieldName(id);
    if (name === undefined) continue;
    assert.equal(recogniseText(name), id, name);
    assert.equal(recogniseText(name.toUpperCase()), id, name);
    assert.equal(fieldId(name), id);
    for (const near of [`${name}x`, `x${name}`, name.slice(1), name.replace(/.(?=.$)/, "~")]) {
      if (near !== "") assert.equal(recogniseText(near), fieldId(near), near);
    }
  }
  assert.equal(recogniseText("x-unknown"), FIELD.OTHER);
  assert.equal(recogniseText("other"), FIELD.OTHER);
});

Deno.test("recognise() takes every name that begins with MS-ASPNETCORE for one (ANCM F-11)", () => {
  for (const name of ["MS-ASPNETCORE", "ms-aspnetcore-TOKEN", "Ms-AspNetCorefoo"]) {
    assert.equal(recogniseText(name), FIELD.MS_ASPNETCORE);
    assert.equal(fieldId(name.toLowerCase()), FIELD.MS_ASPNETCORE);
  }
  assert.equal(recogniseText("MS-ASPNETCOR"), FIELD.OTHER);
});

Deno.test("the numbers of FIELD are 0 to FIELD_IDS - 1, those the rules look at first", () => {
  assert.deepEqual(Object.values(FIELD), Array.from({ length: FIELD_IDS }, (_, i) => i));
  assert.equal(FIELD.TE, LAST_RULED);
});

Deno.test("fieldSet() marks what it is given", () => {
  const marked = fieldSet(FIELD.TE, FIELD.HOST);
  assert.deepEqual([...marked.keys()].filter((id) => marked[id] === 1), [FIELD.HOST, FIELD.TE]);
});
