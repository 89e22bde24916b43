import assert from "node:assert/strict";
import {
  executableName,
  notesOf,
  releasable,
  sumsText,
  type Target,
  TARGETS,
} from "../../../scripts/release_plan.ts";

Deno.test("executableName() carries version and platform, and .exe for Windows alone", () => {
  const names = (Object.keys(TARGETS) as Target[]).map((target) => executableName("1.2.3", target));
  assert.ok(names.includes("ancm-host-1.2.3-linux-x64"));
  assert.deepEqual(names.filter((name) => name.endsWith(".exe")), [
    "ancm-host-1.2.3-windows-x64.exe",
  ]);
  assert.equal(new Set(names).size, names.length);
});

Deno.test("releasable() takes semantic versions only", () => {
  for (const good of ["0.1.0", "10.0.1", "1.0.0-rc.1"]) assert.equal(releasable(good), good);
  for (const bad of ["1.0", "v1.0.0", "", undefined, 1, "1.0.0 ", "../1.0.0"]) {
    assert.throws(() => releasable(bad), /has to be like 1\.2\.3/);
  }
});

Deno.test("sumsText() is what sha256sum reads, by name", () => {
  assert.equal(sumsText(new Map([["b", "02"], ["a", "01"]])), "01  a\n02  b\n");
});

Deno.test("notesOf() takes the version's part of the changelog, else what is not out yet", () => {
  const log =
    "# Changelog\n\n## Unreleased\n\n- C\n\n## 1.1.0 (2026-01-02)\n\n- B\n\n## 1.0.0\n\n- A\n";
  assert.equal(notesOf(log, "1.1.0"), "# ancm-host 1.1.0\n\n- B\n");
  assert.equal(notesOf(log, "1.0.0"), "# ancm-host 1.0.0\n\n- A\n");
  assert.equal(notesOf(log, "1.2.0"), "# ancm-host 1.2.0\n\n- C\n");
  assert.throws(() => notesOf("# Changelog\n\n## 1.0.0\n\n- A\n", "1.2.0"), /no "## 1\.2\.0"/);
  assert.throws(() => notesOf("## Unreleased\n\n## 1.0.0\n\n- A\n", "1.2.0"), /Cannot tell/);
});
