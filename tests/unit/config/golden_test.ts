import { deepStrictEqual } from "node:assert/strict";
import type { AppConfig } from "../../../src/config/app_config.ts";
import { formatProblem } from "../../../src/config/problem.ts";
import { readConfig } from "../../../src/config/read_config.ts";
import type { SectionElement } from "../../../src/config/section.ts";
import { MODULE_SECTIONS } from "../../../src/modules/mod.ts";

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
    const options = { environment: ENVIRONMENT, sections: MODULE_SECTIONS };
    const { config, problems } = await readConfig(dir, options);
    const root = await Deno.realPath(dir);
    const printed = problems.map(formatProblem);
    const text = JSON.stringify({ problems: printed, ...(config && { config: shown(config) }) });
    return JSON.parse(text.replaceAll(root, "<root>"));
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

/** Of the modules' sections only what the file says: their defaults are tested with the modules. */
function shown(config: AppConfig): unknown {
  const locations = config.locations.map((location) => ({
    ...location,
    sections: writtenIn(location.sections),
  }));
  return { ...config, locations };
}

function writtenIn(elements: Readonly<Record<string, SectionElement>>): Record<string, unknown> {
  const written = Object.entries(elements).filter(([, { place }]) => place);
  return Object.fromEntries(written.map(([name, element]) => [name, content(element)]));
}

function content({ settings, children, items }: SectionElement): Record<string, unknown> {
  const values = Object.entries(settings).filter(([, { place }]) => place)
    .map(([name, { value }]) => [name, value]);
  const own = items.filter(({ place }) => place).map(content);
  const list = own.length > 0 ? { items: own } : {};
  return { ...Object.fromEntries(values), ...writtenIn(children), ...list };
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
