import assert from "node:assert/strict";
import { rowsOf } from "../../../../src/pages/status_page/_show_configuration.ts";
import { USED_CONFIGURATION } from "../../../support/live_source.ts";

Deno.test("rowsOf() writes settings one by one, and an item of a list as one line", () => {
  const rows = USED_CONFIGURATION.locations.flatMap(({ sections }) =>
    sections.flatMap((section) => rowsOf(section, ""))
  );
  assert.deepEqual(rows, [
    { name: "aspNetCore/@processPath", value: "dotnet", origin: "web.config:7:20" },
    { name: "aspNetCore/@requestTimeout", value: "00:02:00", origin: "built-in" },
    {
      name: "aspNetCore/environmentVariables/environmentVariable",
      value: 'name="SHOP_KEY" value="***"',
      origin: "web.config:9:9",
    },
  ]);
});
