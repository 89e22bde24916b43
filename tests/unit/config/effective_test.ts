import assert from "node:assert/strict";
import { shownConfig, type ShownElement } from "../../../src/config/effective.ts";
import { MODULE_SECTIONS } from "../../../src/modules/mod.ts";
import { readFolder, subConfig } from "../../support/config_folder.ts";

const APP = `<configuration>
  <system.webServer>
    <handlers>
      <add name="aspNetCore" path="*" verb="*" modules="AspNetCoreModuleV2" />
    </handlers>
    <aspNetCore processPath="dotnet" arguments="App.dll %SECRET%" requestTimeout="00:10:00">
      <environmentVariables>
        <environmentVariable name="CONNECTION" value="Password=%SECRET%" />
        <environmentVariable name="EMPTY" value="" />
      </environmentVariables>
    </aspNetCore>
    <security>
      <requestFiltering>
        <hiddenSegments>
          <remove segment="bin" />
          <add segment="private" />
        </hiddenSegments>
      </requestFiltering>
    </security>
  </system.webServer>
  <location path="upload">
    <system.webServer>
      <security><requestFiltering><requestLimits maxAllowedContentLength="5" /></requestFiltering></security>
    </system.webServer>
  </location>
</configuration>`;

async function shown(files: Readonly<Record<string, string>> = {}) {
  const { effective, printed } = await readFolder({ "web.config": APP, ...files }, {
    environment: { SECRET: "hunter2" },
    sections: MODULE_SECTIONS,
  });
  assert.ok(effective, printed.join("\n"));
  return shownConfig(effective);
}

/** Finds an element by the names on the way to it. */
function inner(elements: readonly ShownElement[], ...names: string[]): ShownElement {
  const [name, ...rest] = names;
  const found = elements.find((one) => one.name === name);
  assert.ok(found, name);
  return rest.length === 0 ? found : inner(found.elements, ...rest);
}

Deno.test("shownConfig() gives each value with the place it was written at, or built-in", async () => {
  const [root] = await shown();
  const { settings } = inner(root?.sections ?? [], "aspNetCore");
  const setting = (name: string) => settings.find((one) => one.name === name);
  assert.deepEqual(setting("processPath"), {
    name: "processPath",
    value: "dotnet",
    origin: "web.config:6:17",
  });
  assert.deepEqual(setting("requestTimeout")?.value, "00:10:00");
  assert.deepEqual(setting("startupTimeLimit"), {
    name: "startupTimeLimit",
    value: "120",
    origin: "built-in",
    isDefault: true,
  });
});

Deno.test("shownConfig() gives items in effect, built-in and own", async () => {
  const [root] = await shown();
  const { elements } = inner(root?.sections ?? [], "security/requestFiltering", "hiddenSegments");
  const items = elements.map(({ settings, origin }) => `${settings[0]?.value} ${origin}`);
  assert.ok(items.includes("App_Data built-in"));
  assert.ok(items.includes("private web.config:16:11"));
  assert.ok(!items.some((item) => item.startsWith("bin ")));
});

Deno.test("shownConfig() shows no secret, and nothing that a variable holds", async () => {
  const locations = await shown();
  const text = JSON.stringify(locations);
  assert.ok(!text.includes("hunter2"));
  assert.ok(!text.includes("Password="));
  assert.ok(text.includes("App.dll %SECRET%"));
  const { elements } = inner(locations[0]?.sections ?? [], "aspNetCore", "environmentVariables");
  assert.deepEqual(elements.map(({ settings }) => settings.map(({ value }) => value)), [
    ["CONNECTION", "***"],
    ["EMPTY", ""],
  ]);
});

Deno.test("shownConfig() gives of deeper places only the sections that differ", async () => {
  const [, upload, deep] = await shown({
    "upload/deep/web.config": subConfig('<httpErrors errorMode="Detailed"/>'),
  });
  assert.deepEqual(upload?.sections.map(({ name }) => name), ["security/requestFiltering"]);
  assert.deepEqual(deep?.sections.map(({ name }) => name), ["httpErrors"]);
  const [mode] = deep?.sections[0]?.settings ?? [];
  assert.deepEqual(mode, {
    name: "errorMode",
    value: "Detailed",
    origin: "upload/deep/web.config:1:46",
  });
});
