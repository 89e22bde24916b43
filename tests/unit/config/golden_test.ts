import { deepStrictEqual } from "node:assert/strict";
import { formatProblem } from "../../../src/config/problem.ts";
import { readConfig } from "../../../src/config/read_config.ts";

/**
 * Each `tests/golden/NAME.config` is read as a web.config and compared with `NAME.json`: the problems as they
 * are printed, and the configuration unless one is an error. With GOLDEN=write the answers are written;
 * read the difference before you keep it.
 */
const FOLDER = new URL("../../golden/", import.meta.url);
const ENVIRONMENT = { HOME: "/srv/home", PORT: "1", HTTP_PLATFORM_PORT: "2" };

async function read(name: string): Promise<unknown> {
  const dir = await Deno.makeTempDir();
  try {
    await Deno.copyFile(new URL(`${name}.config`, FOLDER), `${dir}/web.config`);
    const { config, problems } = await readConfig(dir, { environment: ENVIRONMENT });
    const root = await Deno.realPath(dir);
    const printed = problems.map(formatProblem);
    const text = JSON.stringify({ problems: printed, ...(config && { config }) });
    return JSON.parse(text.replaceAll(root, "<root>"));
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

for (const { name: file } of Deno.readDirSync(FOLDER)) {
  if (!file.endsWith(".config")) continue;
  const name = file.slice(0, -".config".length);
  Deno.test(`readConfig() reads golden/${file} as golden/${name}.json says`, async () => {
    const answer = new URL(`${name}.json`, FOLDER);
    const actual = await read(name);
    if (Deno.env.get("GOLDEN") === "write") {
      await Deno.writeTextFile(answer, JSON.stringify(actual, null, 2) + "\n");
    }
    deepStrictEqual(actual, JSON.parse(await Deno.readTextFile(answer)));
  });
}
