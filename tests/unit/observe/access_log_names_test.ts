import assert from "node:assert/strict";
import {
  IIS_NAME,
  iisName,
  isRotatedName,
  periodOf,
  rotatedName,
  type Rotation,
} from "../../../src/observe/_access_log_names.ts";

const DATE = new Date("2025-01-31T23:05:06.789Z");

const NAMES: [rotation: Rotation, number: number, hasCustom: boolean, name: string][] = [
  ["daily", 1, false, "u_ex250131.log"],
  ["daily", 1, true, "u_ex250131_x.log"],
  ["daily", 2, false, "u_ex250131_2.log"],
  ["hourly", 1, false, "u_ex25013123.log"],
  ["hourly", 3, true, "u_ex25013123_x_3.log"],
  ["none", 1, false, "u_extend1.log"],
  ["none", 12, true, "u_extend12_x.log"],
];

for (const [rotation, number, hasCustom, name] of NAMES) {
  Deno.test(`iisName() gives ${name}, and IIS_NAME knows it (IIS section 11.4)`, () => {
    assert.equal(iisName(periodOf(DATE, rotation), number, hasCustom), name);
    assert.match(name, IIS_NAME);
  });
}

Deno.test("IIS_NAME takes no other file for a log", () => {
  for (
    const name of ["u_ex.log", "u_ex250131.log.gz", "xu_ex250131.log", "u_ex2501.log", "a.log"]
  ) {
    assert.doesNotMatch(name, IIS_NAME);
  }
});

const ROTATED: [name: string, number: number, rotated: string][] = [
  ["access.log", 1, "access.20250131T230506Z.log"],
  ["access.log", 2, "access.20250131T230506Z_2.log"],
  ["access", 1, "access.20250131T230506Z"],
  [".log", 1, ".log.20250131T230506Z"],
];

for (const [name, number, rotated] of ROTATED) {
  Deno.test(`rotatedName() makes ${rotated} of ${name}, and isRotatedName() knows it`, () => {
    assert.equal(rotatedName(name, DATE, number), rotated);
    assert.equal(isRotatedName(name, rotated), true);
    assert.equal(isRotatedName(name, name), false);
    assert.equal(isRotatedName(`x${name}`, rotated), false);
    assert.equal(isRotatedName(name, `${rotated}.gz`), false);
  });
}
