import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { runChild } from "../../scripts/child.ts";
import { NPM_BASE } from "../../scripts/denort_npm.ts";
import { executableName, sbomName, TARGETS } from "../../scripts/release_plan.ts";
import { tempFolder } from "../support/executable.ts";
import { runIfInstalled } from "../support/programs.ts";
import { sbomProblems } from "../support/sbom_schema.ts";

const PROJECT = fileURLToPath(new URL("../../", import.meta.url));
const LIMIT_MS = 180_000;

function release(...args: string[]) {
  return runChild(Deno.execPath(), {
    args: ["run", "-A", "--no-prompt", "scripts/release.ts", ...args],
    limitMs: LIMIT_MS,
  });
}

Deno.test({
  name: "release --partial makes what it can, the same twice, and says what it is not",
  ignore: Deno.build.target !== NPM_BASE.target || Deno.version.deno !== NPM_BASE.deno,
  async fn() {
    await using folder = await tempFolder();
    const output = join(folder.path, "release");
    const made = await release("--partial", "--denort=npm", "--twice", "--output", output);
    assert.equal(made.code, 0, made.output);
    const { version } = JSON.parse(await Deno.readTextFile(join(PROJECT, "deno.json")));
    const names = (await Array.fromAsync(Deno.readDir(output))).map(({ name }) => name);
    const program = executableName(version, NPM_BASE.target);
    assert.deepEqual(names.sort(), [
      "NOT-FOR-RELEASE.txt",
      "NOTES.md",
      "SHA256SUMS",
      program,
      `${program}.NOT-FOR-RELEASE.txt`,
      sbomName(version),
    ]);
    const list = JSON.parse(await Deno.readTextFile(join(output, sbomName(version))));
    assert.deepEqual(await sbomProblems(list), []);
    const components: string[] = list.components.map((one: { name: string }) => one.name);
    assert.ok(components.includes("@rgrove/parse-xml"), components.join());
    assert.ok(!components.includes("ws"), components.join());
    const ran = await runChild(join(output, program), { args: ["version"], limitMs: LIMIT_MS });
    assert.ok(ran.stdout.includes(version), ran.output);
    await sumsAreRight(output);
  },
});

async function sumsAreRight(folder: string): Promise<void> {
  const sums = await Deno.readTextFile(join(folder, "SHA256SUMS"));
  assert.equal(sums.trim().split("\n").length, 3);
  // It looks for the files in the folder where it is.
  const named = sums.replace(/ {2}/g, `  ${folder}/`);
  await Deno.writeTextFile(join(folder, "there"), named);
  const checked = await runIfInstalled("sha256sum", "--check", join(folder, "there"));
  if (checked) assert.equal(checked.code, 0, checked.out + checked.error);
}

Deno.test("release takes a base from npm with --partial alone, since it is not for release", async () => {
  const refused = await release("--denort=npm");
  assert.equal(refused.code, 1);
  assert.match(refused.output, /only "npm" can be named, with --partial/);
});

Deno.test("release refuses a base that does not run, and publishes nothing", async () => {
  await using folder = await tempFolder();
  const output = join(folder.path, "release");
  for (const target of Object.keys(TARGETS)) {
    await Deno.writeTextFile(join(folder.path, `denort-${target}`), "");
  }
  const refused = await release("--output", output, "--denort-folder", folder.path);
  assert.equal(refused.code, 1);
  assert.match(refused.output, /Cannot release without ancm-host-.*say --partial/);
  await assert.rejects(Deno.stat(join(output, "SHA256SUMS")), Deno.errors.NotFound);
});
