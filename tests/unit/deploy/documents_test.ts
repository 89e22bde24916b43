import assert from "node:assert/strict";
import {
  CONTROL_OPTIONS,
  RUN_OPTIONS,
  VALIDATE_OPTIONS,
  variableOf,
} from "../../../src/cli/options.ts";
import { SPARE_S, STOP_S } from "../../support/stop_times.ts";

const PROJECT = new URL("../../../", import.meta.url);

async function filesBelow(folder: string): Promise<string[]> {
  const files: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(new URL(folder, PROJECT))) {
    if (isDirectory) files.push(...await filesBelow(`${folder}${name}/`));
    else files.push(`${folder}${name}`);
  }
  return files;
}

const files = [...await filesBelow("deploy/"), "docs/deploy.md"];

for (const file of files) {
  Deno.test(`${file}: every variable and option of the host that it names is one`, async () => {
    const text = await Deno.readTextFile(new URL(file, PROJECT));
    const variables = RUN_OPTIONS.map(variableOf);
    // What a Service of that name would set, and an argument of a build.
    for (const [name] of text.matchAll(/\bANCM_HOST_(?!PORT\b)[A-Z_]+/g)) {
      assert.ok(variables.includes(name), name);
    }
    const options: string[] = [...RUN_OPTIONS, ...CONTROL_OPTIONS, ...VALIDATE_OPTIONS]
      .map(({ name }) => `--${name}`);
    for (const [command] of text.matchAll(/ancm-host (?:run|status|recycle|stop|validate) .*$/gm)) {
      for (const [option] of command.matchAll(/--[a-z][a-z-]+/g)) {
        assert.ok(options.includes(option) || option === "--format", `${option} in "${command}"`);
      }
    }
  });
}

Deno.test("docs/deploy.md names files and tasks that there are, and the times in effect", async () => {
  const text = await Deno.readTextFile(new URL("docs/deploy.md", PROJECT));
  const places = new URL("docs/", PROJECT);
  for (const [, link = ""] of text.matchAll(/\]\(([^)#]+)\)/g)) {
    await Deno.stat(new URL(link, places));
  }
  const { tasks } = JSON.parse(await Deno.readTextFile(new URL("deno.json", PROJECT)));
  for (const [, task = ""] of text.matchAll(/deno task (\w+)/g)) assert.ok(task in tasks, task);
  for (const [path] of text.matchAll(/(?<![\w/.])(?:deploy|examples)\/[\w@./-]*\w/g)) {
    await Deno.stat(new URL(path, PROJECT));
  }
  for (const [name] of text.matchAll(/(?<=^\| `)[\w-]+\.yaml/gm)) {
    await Deno.stat(new URL(`deploy/kubernetes/${name}`, PROJECT));
  }
  assert.ok(text.includes(`wait for ${STOP_S + SPARE_S} s`));
  assert.ok(text.includes(`--stop-timeout ${STOP_S + SPARE_S}`));
});

Deno.test("deploy/windows.md waits as long as a stop may take", async () => {
  const text = await Deno.readTextFile(new URL("deploy/windows.md", PROJECT));
  assert.ok(text.includes(`<stoptimeout>${STOP_S + SPARE_S} sec</stoptimeout>`));
});
