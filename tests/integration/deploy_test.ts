import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { TARGETS } from "../../scripts/release_plan.ts";
import { manifests, strictProgram } from "../support/manifests.ts";
import { runIfInstalled } from "../support/programs.ts";

const PROJECT = fileURLToPath(new URL("../../", import.meta.url));
const LEAST_EXPOSED = 2;

Deno.test("the manifests name no field that their kinds do not have", async () => {
  const all = await manifests();
  assert.deepEqual(await typeErrors(strictProgram(all)), []);
  const [first] = all;
  const misspelt = { kind: first!.kind, value: { ...first!.value, specs: {} } };
  assert.match((await typeErrors(strictProgram([misspelt]))).join(), /"specs"' does not exist/);
});

/** Has the compiler look at a program that may import the project's packages. */
async function typeErrors(program: string): Promise<string[]> {
  const file = await Deno.makeTempFile({ suffix: ".ts" });
  try {
    await Deno.writeTextFile(file, program);
    const { stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["check", "--config=deno.json", "--lock=deno.lock", "--frozen", file],
      cwd: PROJECT,
      env: { NO_COLOR: "1" },
    }).output();
    return new TextDecoder().decode(stderr).split("\n").filter((line) => line.includes("[ERROR]"));
  } finally {
    await Deno.remove(file);
  }
}

Deno.test("kubectl takes the folder of manifests as one application", async () => {
  const printed = await runIfInstalled("kubectl", "kustomize", join(PROJECT, "deploy/kubernetes"));
  if (!printed) return;
  assert.equal(printed.code, 0, printed.error);
  const plain = (await manifests()).filter(({ file }) => !file.includes("/"));
  assert.equal(printed.out.match(/^kind: /gm)?.length, plain.length);
});

Deno.test("systemd takes the unit, and finds it little exposed", async () => {
  const folder = await Deno.makeTempDir({ prefix: "ancm-host-unit-" });
  try {
    const unit = join(folder, "ancm-host@example.service");
    const text = await Deno.readTextFile(join(PROJECT, "deploy/systemd/ancm-host@.service"));
    // It wants to see every program that the unit starts.
    await Deno.writeTextFile(unit, text.replaceAll("/usr/local/bin/ancm-host", Deno.execPath()));
    const verified = await runIfInstalled("systemd-analyze", "verify", "--man=no", unit);
    if (!verified) return;
    assert.equal(verified.code, 0, verified.error);
    assert.equal(verified.error, "");
    const judged = await runIfInstalled("systemd-analyze", "security", "--offline=true", unit);
    const [, exposure] = /exposure level for \S+: (\S+)/.exec(judged?.out ?? "") ?? [];
    assert.ok(Number(exposure) < LEAST_EXPOSED, judged?.out);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("TARGETS are those that deno compile has", async () => {
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["compile", "--help"] })
    .output();
  const [, list = ""] =
    /--target <[\s\S]*?possible values: ([^\]]+)\]/.exec(new TextDecoder().decode(stdout)) ?? [];
  assert.deepEqual(list.split(/,\s+/).sort(), Object.keys(TARGETS).sort());
});
