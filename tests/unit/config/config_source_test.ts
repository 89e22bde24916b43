import assert from "node:assert/strict";
import { readFolder, subConfig, webConfig } from "../../support/config_folder.ts";

const SOCKET = (value: string) => `<webSocket configSource="${value}"/>`;
const OFF = '<?xml version="1.0"?>\n<webSocket enabled="false"/>';

for (
  const written of ["config\\socket.config", "config/socket.config", ".\\Config\\Socket.config"]
) {
  Deno.test(`configSource="${written}" takes the section from that file (IIS M-CF-7)`, async () => {
    const { config, printed } = await readFolder({
      "web.config": webConfig(SOCKET(written)),
      "config/socket.config": OFF,
    });
    assert.deepEqual(printed, []);
    assert.equal(config?.webSocketEnabled, false);
    assert.deepEqual(config?.files.map(({ file }) => file), ["web.config", "config/socket.config"]);
  });
}

Deno.test("configSource works inside a location, for a section inside a group (IIS M-CF-7)", async () => {
  const { config, printed } = await readFolder({
    "web.config": webConfig(
      "",
      '<location path="a"><system.webServer><security><demo configSource="d.config"/></security></system.webServer></location>',
    ),
    "d.config": '<demo level="7"/>',
  }, {
    sections: [{
      name: "security/demo",
      doc: "",
      attributes: { level: { type: "uint", default: 1, doc: "" } },
    }],
  });
  assert.deepEqual(printed, []);
  const levels = config?.locations.map(({ sections }) => sections["security/demo"]?.settings.level);
  assert.deepEqual(levels, [
    { value: 1 },
    { value: 7, place: { file: "d.config", line: 1, column: 7 } },
  ]);
});

Deno.test("configSource of a sub-folder's file begins at that folder (IIS M-CF-7)", async () => {
  const { config, printed } = await readFolder({
    "web.config": webConfig(),
    "sub/web.config": subConfig('<handlers configSource="h.config"/>'),
    "sub/h.config":
      '<handlers><add name="more" path="x" verb="*" modules="AspNetCoreModuleV2"/></handlers>',
  });
  assert.deepEqual(printed, []);
  assert.deepEqual(config?.locations[1]?.handlers.map(({ name }) => name), ["more", "aspNetCore"]);
});

const WRONG: [what: string, section: string, file: string | undefined, told: string][] = [
  [
    "has attributes beside it",
    '<webSocket enabled="true" configSource="s.config"/>',
    OFF,
    'web.config:3:12: Something beside "configSource" in webSocket; ' +
    "the other file holds the whole section, move it there",
  ],
  [
    "has children beside it",
    '<modules configSource="s.config"><clear/></modules>',
    "<modules/>",
    'web.config:3:34: Something beside "configSource" in modules; ' +
    "the other file holds the whole section, move it there",
  ],
  [
    "names no file that is there",
    SOCKET("s.config"),
    undefined,
    "s.config: Cannot read the file: there is nothing; check the path",
  ],
  [
    "names a file with another root element",
    SOCKET("s.config"),
    "<configuration/>",
    's.config:1:1: The root element is "configuration"; this file begins with "<webSocket>"',
  ],
  [
    "names a file that has one, too",
    SOCKET("s.config"),
    '<webSocket configSource="t.config"/>',
    's.config:1:12: "configSource" in a file that is one; put the section here',
  ],
  [
    "names a file with a mistake",
    SOCKET("s.config"),
    '<webSocket\n  enabled="maybe"/>',
    's.config:2:3: Invalid "enabled" in webSocket: "maybe" is neither true nor false; write "true" or "false"',
  ],
  ...["..\\s.config", "/etc/s.config", "C:\\s.config", ""].map((value): typeof WRONG[number] => [
    `is "${value}"`,
    SOCKET(value),
    OFF,
    `web.config:3:12: Invalid "configSource": ${
      JSON.stringify(value).replaceAll("\\\\", "\\")
    } is not below ` +
    'the file\'s own folder; write a relative path such as "config/rules.config"',
  ]),
];
for (const [what, section, file, told] of WRONG) {
  Deno.test(`a configSource that ${what} is a mistake (IIS M-CF-7)`, async () => {
    const files = file === undefined ? {} : { "s.config": file };
    const { config, printed } = await readFolder({ "web.config": webConfig(section), ...files });
    assert.equal(config, undefined);
    assert.deepEqual(printed, [told]);
  });
}

Deno.test("a mistake in the file of a sub-folder's configSource breaks that folder only (IIS M-CF-24)", async () => {
  const { config, printed } = await readFolder({
    "web.config": webConfig(),
    "sub/web.config": subConfig('<handlers configSource="h.config"/>'),
    "sub/h.config": "<handlers><x/></handlers>",
  });
  assert.deepEqual(config?.locations.map(({ isBroken = false }) => isBroken), [false, true]);
  assert.match(
    printed.join("\n"),
    /^sub\/h\.config:1:11: warning: Requests below "\/sub" get 500\.19: Unknown/,
  );
});

Deno.test("a configSource of a foreign section is nobody's business (IIS M-CF-9)", async () => {
  const strings = '<connectionStrings configSource="nowhere.config"/>';
  const { printed } = await readFolder({ "web.config": webConfig("", strings) });
  assert.deepEqual(printed, []);
});
