import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { formatProblem } from "../../../src/config/problem.ts";
import { shownConfig, type ShownElement } from "../../../src/config/effective.ts";
import { checkConfig } from "../../../src/host.ts";

/**
 * Each folder `tests/golden/apps/NAME` is an application folder with a web.config such as real ones have, and
 * `NAME.json` says what comes of reading it and of making its modules. With GOLDEN=write the answers are written; read
 * the difference before you keep it.
 */
const FOLDER = new URL("../../golden/apps/", import.meta.url);

/** What files say, one setting a line; built-in items are not among it. */
function written(element: ShownElement, above = ""): string[] {
  const path = `${above}${element.name}`;
  if (element.origin === "built-in") return [];
  const own = element.settings.filter(({ origin }) => origin !== "built-in")
    .map(({ name, value, origin }) => `${path}/@${name} = ${value} (${origin})`);
  return [...own, ...element.elements.flatMap((one) => written(one, `${path}/`))];
}

async function read(name: string): Promise<unknown> {
  const appDir = fileURLToPath(new URL(name, FOLDER));
  const { config, problems, effective } = await checkConfig({ appDir });
  const told = problems.map(formatProblem);
  if (!config || !effective) return { problems: told };
  const places = shownConfig(effective).map(({ path, sections }, at) => ({
    path,
    ...(config.locations[at]?.isBroken ? { isBroken: true } : {}),
    handlers: config.locations[at]?.handlers.map((one) => `${one.name} ${one.verb} ${one.path}`),
    written: sections.flatMap((section) => written(section)),
  }));
  return {
    problems: told,
    files: config.files.map(({ file }) => file),
    removedModules: config.removedModules.length,
    webSocketEnabled: config.webSocketEnabled,
    places,
  };
}

for (const { name, isDirectory } of Deno.readDirSync(FOLDER)) {
  if (!isDirectory) continue;
  Deno.test(`checkConfig() reads golden/apps/${name} as golden/apps/${name}.json says`, async () => {
    const answer = new URL(`${name}.json`, FOLDER);
    const actual = await read(name);
    if (Deno.env.get("GOLDEN") === "write") {
      await Deno.writeTextFile(answer, JSON.stringify(actual, null, 2) + "\n");
    }
    const text = JSON.stringify(actual);
    assert.ok(!text.includes("do-not-print"), "no secret is shown");
    assert.deepEqual(actual, JSON.parse(await Deno.readTextFile(answer)));
  });
}
