import assert from "node:assert/strict";
import type { ReadConfigOptions } from "../../../src/config/read_config.ts";
import { readConfig } from "../../../src/config/read_config.ts";
import type { SectionSchema } from "../../../src/config/schema.ts";
import { readFolder, subConfig, webConfig, withFolder } from "../../support/config_folder.ts";

/** A section such as a module brings. */
const DEMO = {
  name: "demo",
  doc: "",
  attributes: {
    level: { type: "uint", default: 0, doc: "" },
    mode: { type: "string", default: "-", doc: "" },
  },
} as const satisfies SectionSchema;

const options: Partial<ReadConfigOptions> = { sections: [DEMO] };
const demo = (attributes: string) => subConfig(`<demo ${attributes}/>`);

type Result = Awaited<ReturnType<typeof readFolder>>;

/** What is in effect at a place, as `level mode`. */
function at({ config }: Result, path: string): string {
  const place = config?.locations.find((one) => one.path === path);
  const { level, mode } = place?.sections["demo"]?.settings ?? {};
  return `${level?.value} ${mode?.value}`;
}

Deno.test("the web.config of a sub-folder speaks for what is below it (IIS M-CF-1)", async () => {
  const result = await readFolder({
    "web.config": webConfig('<demo level="1" mode="root"/>'),
    "admin/Web.Config": demo('level="2"'),
    "admin/reports/old/web.config": demo('mode="old"'),
    "empty/readme.txt": "",
  }, options);
  assert.deepEqual(result.printed, []);
  assert.deepEqual(result.config?.locations.map(({ path }) => path), [
    "",
    "admin",
    "admin/reports/old",
  ]);
  assert.equal(at(result, ""), "1 root");
  assert.equal(at(result, "admin"), "2 root");
  assert.equal(at(result, "admin/reports/old"), "2 old");
  assert.deepEqual(result.config?.files, [
    { file: "web.config", path: "" },
    { file: "admin/Web.Config", path: "admin" },
    { file: "admin/reports/old/web.config", path: "admin/reports/old" },
  ]);
});

Deno.test("what a sub-folder's file says comes behind the location of the same path (IIS M-CF-1, M-CF-2)", async () => {
  const location =
    '<location path="Admin"><system.webServer><demo level="1" mode="root"/></system.webServer></location>';
  const result = await readFolder({
    "web.config": webConfig("", location),
    "admin/web.config": demo('level="2"'),
  }, options);
  assert.deepEqual(result.printed, []);
  assert.equal(at(result, "Admin"), "2 root");
});

Deno.test("the locations of a sub-folder's file begin at its folder (IIS M-CF-2)", async () => {
  const inner = '<system.webServer><demo level="3"/></system.webServer>';
  const result = await readFolder({
    "web.config": webConfig(),
    "admin/web.config":
      `<configuration><location path="reports">${inner}</location><location path=".">${inner}</location></configuration>`,
  }, options);
  assert.deepEqual(result.printed, []);
  assert.deepEqual(result.config?.locations.map(({ path }) => path), [
    "",
    "admin",
    "admin/reports",
  ]);
  assert.equal(at(result, "admin/reports"), "3 -");
});

Deno.test("rootConfigOnly leaves sub-folders alone (IIS M-CF-1)", async () => {
  const files = { "web.config": webConfig(), "admin/web.config": demo('level="x"') };
  const result = await readFolder(files, { ...options, rootConfigOnly: true });
  assert.deepEqual(result.printed, []);
  assert.equal(result.config?.locations.length, 1);
});

Deno.test("an application without web.config has those of its sub-folders (IIS M-CF-1)", async () => {
  const result = await readFolder({
    "App.runtimeconfig.json": '{"runtimeOptions":{}}',
    "App.dll": "",
    "admin/web.config": demo('level="2"'),
  }, options);
  assert.equal(at(result, "admin"), "2 -");
});

const BROKEN: [what: string, text: string, told: RegExp][] = [
  ["is malformed", "<configuration>", /^admin\/web.config:1:\d+: .*Malformed XML/],
  ["has a bad value", demo('level="x"'), /^admin\/web.config:1:\d+: .*"x" is not a whole number/],
  ["has another root element", "<x/>", /^admin\/web.config:1:1: .*The root element is "x"/],
  [
    "has what cannot be fulfilled",
    subConfig(
      '<security><authentication><windowsAuthentication enabled="true"/></authentication></security>',
    ),
    /^admin\/web.config:1:\d+: .*Windows authentication is not available/,
  ],
  [
    "adds what it inherits",
    subConfig('<handlers><add name="aspNetCore" path="x" verb="*" modules="A"/></handlers>'),
    /^admin\/web.config:1:\d+: .*Duplicate add name="aspNetCore", .* from line 2 of web.config/,
  ],
];
for (const [what, text, told] of BROKEN) {
  Deno.test(`a sub-folder's file that ${what} breaks what is below it, and nothing else (IIS M-CF-24)`, async () => {
    const result = await readFolder({
      "web.config": webConfig(),
      "admin/web.config": text,
      "admin/reports/web.config": demo('level="1"'),
      "shop/web.config": demo('level="1"'),
    }, options);
    const places = result.config?.locations ?? [];
    const broken = places.map(({ path, isBroken }) => isBroken ? `${path}: broken` : path);
    assert.deepEqual(broken.sort(), ["", "admin/reports: broken", "admin: broken", "shop"]);
    assert.equal(result.printed.length, 1);
    assert.match(result.printed[0] ?? "", told);
    assert.match(result.printed[0] ?? "", /warning: Requests below "\/admin" get 500\.19: /);
    assert.equal(result.problems[0]?.subStatus, 19);
  });
}

Deno.test("what counts for the whole application has no effect in a sub-folder (IIS M-CF-1)", async () => {
  const { config, printed } = await readFolder({
    "web.config": webConfig(),
    "published/web.config": subConfig('<aspNetCore processPath="other"/>'),
  });
  assert.equal(config?.aspNetCore.processPath, "dotnet");
  assert.deepEqual(printed, [
    "published/web.config:1:34: warning: Section aspNetCore has no effect in the file of a sub-folder; " +
    "it counts for the whole application only: move it into the application's file",
  ]);
});

Deno.test("wwwroot/web.config is told that it speaks for /wwwroot (IIS M-PL-11)", async () => {
  const { printed } = await readFolder({
    "web.config": webConfig(),
    "wwwroot/web.config": demo('level="1"'),
  }, options);
  assert.equal(printed.length, 1);
  assert.match(
    printed[0] ?? "",
    /^wwwroot\/web.config: note: It speaks for URLs below "\/wwwroot"/,
  );
});

Deno.test("folders of tools, of build output and behind links are not looked into", async () => {
  await withFolder({
    "web.config": webConfig(),
    "node_modules/a/web.config": demo('level="1"'),
    ".git/web.config": demo('level="1"'),
    "Bin/Debug/web.config": demo('level="1"'),
    "obj/web.config": demo('level="1"'),
    "real/web.config": demo('level="1"'),
  }, async (dir) => {
    await Deno.symlink(`${dir}/real`, `${dir}/linked`);
    const { config } = await readConfig(dir, { environment: {}, sections: [DEMO] });
    assert.deepEqual(config?.locations.map(({ path }) => path), ["", "real"]);
  });
});

Deno.test("more than a hundred files of sub-folders are too many", async () => {
  const names = Array.from({ length: 102 }, (_, n) => `f${String(n).padStart(3, "0")}/web.config`);
  const files = Object.fromEntries(names.map((name) => [name, demo('level="1"')]));
  const { config, printed } = await readFolder({ "web.config": webConfig(), ...files }, options);
  assert.equal(config, undefined);
  assert.equal(printed.length, 1);
  assert.match(printed[0] ?? "", /^f100: More than 100 web.config files in sub-folders; /);
});

Deno.test("folders deeper than 32 are not looked into, with a warning", async () => {
  const path = (depth: number) => "d/".repeat(depth) + "web.config";
  const { config, printed } = await readFolder({
    "web.config": webConfig(),
    [path(32)]: demo('level="1"'),
    [path(33)]: demo('level="1"'),
  }, options);
  assert.equal(config?.files.length, 2);
  assert.equal(printed.length, 1);
  assert.match(
    printed[0] ?? "",
    /^d(\/d){32}: warning: More than 20000 folders, or more than 32 of them deep/,
  );
});

Deno.test({
  name: "a sub-folder with two spellings of web.config is broken (ANCM C-63)",
  ignore: Deno.build.os !== "linux", // elsewhere a folder cannot hold both
  async fn() {
    const { config, printed } = await readFolder({
      "web.config": webConfig(),
      "admin/web.config": demo('level="1"'),
      "admin/Web.config": demo('level="1"'),
    }, options);
    assert.equal(config?.locations[1]?.isBroken, true);
    assert.match(
      printed.join("\n"),
      /Requests below "\/admin" get 500\.19: "web.config" lies beside it; keep one/,
    );
  },
});
