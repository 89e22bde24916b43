import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import { formatProblem } from "../../../src/config/problem.ts";
import { readConfig } from "../../../src/config/read_config.ts";

const FRAMEWORK = JSON.stringify({
  runtimeOptions: { framework: { name: "Microsoft.AspNetCore.App" } },
});
const SELF_CONTAINED = JSON.stringify({ runtimeOptions: { includedFrameworks: [{ name: "x" }] } });

async function read(files: Readonly<Record<string, string>>, executable = "") {
  const dir = await Deno.makeTempDir();
  try {
    for (const [name, text] of Object.entries(files)) {
      await Deno.writeTextFile(`${dir}/${name}`, text, {
        mode: name === executable ? 0o755 : 0o644,
      });
    }
    const { config, problems } = await readConfig(dir, { environment: {} });
    const root = await Deno.realPath(dir);
    const printed = problems.map((one) => formatProblem(one).replaceAll(root, "ROOT"));
    return { config, printed: printed.join("\n"), root };
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

Deno.test("readConfig() infers dotnet and the dll from one runtimeconfig.json, and says so", async () => {
  const { config, printed, root } = await read({
    "Shop.runtimeconfig.json": FRAMEWORK,
    "Shop.runtimeconfig.dev.json": "{}",
    "Shop.dll": "",
    "Shop": "",
  }, "Shop");
  strictEqual(config?.aspNetCore.processPath, "dotnet");
  strictEqual(config?.aspNetCore.arguments, "./Shop.dll");
  strictEqual(config?.aspNetCore.startupTimeLimitMs, 120_000);
  deepStrictEqual(config?.source, { kind: "inferred", file: `${root}/Shop.runtimeconfig.json` });
  deepStrictEqual(config?.locations.map(({ path, handlers }) => [path, handlers.length]), [[
    "",
    1,
  ]]);
  match(
    printed,
    /^Shop.runtimeconfig.json: note: No web.config: .* started as "dotnet .\/Shop.dll"; write/,
  );
});

Deno.test("readConfig() quotes an inferred name as Windows programs read it (ANCM C-55)", async () => {
  const { config } = await read({ "My Shop.runtimeconfig.json": FRAMEWORK, "My Shop.dll": "" });
  strictEqual(config?.aspNetCore.arguments, '"./My Shop.dll"');
});

Deno.test({
  name: "readConfig() infers the executable of an application that brings its own .NET",
  ignore: Deno.build.os === "windows",
  async fn() {
    const files = { "Shop.runtimeconfig.json": SELF_CONTAINED, "Shop.dll": "", "Shop": "" };
    const { config } = await read(files, "Shop");
    strictEqual(config?.aspNetCore.processPath, "./Shop");
    strictEqual(config?.aspNetCore.arguments, "");
    const { printed } = await read(files);
    match(printed, /^Shop.runtimeconfig.json: No executable "Shop" for this platform/);
  },
});

Deno.test("readConfig() cannot choose among several applications and says how to", async () => {
  const { config, printed } = await read({
    "B.runtimeconfig.json": FRAMEWORK,
    "A.runtimeconfig.json": FRAMEWORK,
    "A.dll": "",
    "B.dll": "",
  });
  strictEqual(config, undefined);
  match(
    printed,
    /^ROOT: No web.config, and several .*: "A.runtimeconfig.json", "B.runtimeconfig.json"; write a web.config whose aspNetCore names one/,
  );
});

Deno.test("readConfig() explains what to do with a folder that holds no application", async () => {
  const { config, printed } = await read({ "readme.txt": "" });
  strictEqual(config, undefined);
  match(printed, /^ROOT: Neither a web.config nor .*; serve the folder that dotnet publish makes/);
});

Deno.test("readConfig() reports a runtimeconfig.json without its dll, or that is no JSON", async () => {
  const without = await read({ "A.runtimeconfig.json": FRAMEWORK });
  match(
    without.printed,
    /^A.runtimeconfig.json: No "A.dll" beside "A.runtimeconfig.json"; publish/,
  );
  for (const text of ["{", ""]) {
    const broken = await read({ "A.runtimeconfig.json": text, "A.dll": "" });
    match(broken.printed, /^A.runtimeconfig.json: Not valid JSON; /);
  }
  const odd = await read({ "A.runtimeconfig.json": "null", "A.dll": "" });
  strictEqual(odd.config?.aspNetCore.processPath, "dotnet");
});
