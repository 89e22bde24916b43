import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { configurationPage, sampleConfig } from "../../../scripts/configuration_doc.ts";
import { ASP_NET_CORE } from "../../../src/config/asp_net_core_schema.ts";
import { HANDLER_SETTINGS } from "../../../src/config/handler_setting.ts";
import { readConfig } from "../../../src/config/read_config.ts";

const ROOT = new URL("../../../", import.meta.url);

Deno.test("web.config.sample is what the schemas say", async () => {
  strictEqual(await Deno.readTextFile(new URL("web.config.sample", ROOT)), sampleConfig());
});

Deno.test("docs/configuration.md is what the schemas say, behind its written part", async () => {
  const page = await Deno.readTextFile(new URL("docs/configuration.md", ROOT));
  strictEqual(page, configurationPage(page));
  for (const name of Object.keys(ASP_NET_CORE.attributes)) ok(page.includes(`| \`${name}\` |`));
  for (const { name } of HANDLER_SETTINGS) ok(page.includes(`| \`${name}\` |`));
});

Deno.test("web.config.sample can be used as it is and means the defaults", async () => {
  const dir = await Deno.makeTempDir();
  try {
    const file = `${dir}/web.config`;
    await Deno.writeTextFile(file, sampleConfig());
    const sample = await readConfig(dir, { environment: {} });
    deepStrictEqual(sample.problems, []);
    const handler = '<add name="aspNetCore" path="*" verb="*" modules="AspNetCoreModuleV2"/>';
    const section = '<aspNetCore processPath="dotnet" arguments=".\\App.dll"/>';
    await Deno.writeTextFile(
      file,
      `<configuration><system.webServer><handlers>${handler}</handlers>${section}</system.webServer></configuration>`,
    );
    const bare = await readConfig(dir, { environment: {} });
    ok(sample.config && bare.config);
    const handlerSettings = sample.config.aspNetCore.handlerSettings;
    deepStrictEqual(sample.config, {
      ...bare.config,
      aspNetCore: { ...bare.config.aspNetCore, handlerSettings },
    });
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

Deno.test("the minimal web.config of docs/configuration.md can be used as it is", async () => {
  const page = await Deno.readTextFile(new URL("docs/configuration.md", ROOT));
  const minimal = page.split("```xml\n")[1]?.split("```")[0] ?? "";
  const dir = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${dir}/web.config`, minimal);
    const { config, problems } = await readConfig(dir, { environment: {} });
    deepStrictEqual(problems, []);
    strictEqual(config?.aspNetCore.processPath, "dotnet");
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});
