import assert from "node:assert/strict";
import { join } from "node:path";
import {
  LAUNCH_SETTINGS,
  type LaunchProfile,
  LaunchProfileError,
  readLaunchProfile,
} from "../../../src/config/launch_settings.ts";

async function profile(
  text: string | undefined,
  name?: string,
): Promise<LaunchProfile | undefined> {
  const appDir = await Deno.makeTempDir();
  try {
    if (text !== undefined) {
      await Deno.mkdir(join(appDir, "Properties"));
      await Deno.writeTextFile(join(appDir, LAUNCH_SETTINGS), text);
    }
    return await readLaunchProfile({ appDir, name, environment: { HOME: "/home/me" } });
  } finally {
    await Deno.remove(appDir, { recursive: true });
  }
}

const TEMPLATE = `\uFEFF{
  // as Visual Studio writes it
  "iisSettings": { "iisExpress": { "applicationUrl": "http://localhost:41000/", "sslPort": 44300 } },
  "profiles": {
    "IIS Express": { "commandName": "IISExpress", "environmentVariables": { "WHO": "express" } },
    "http": {
      "commandName": "Project",
      "commandLineArgs": " --seed 1 ",
      "applicationUrl": "https://localhost:7001; http://localhost:5001/",
      "environmentVariables": { "WHO": "project", "DATA": "%HOME%/data", "COUNT": 3 },
    },
    "Docker": { "commandName": "Docker" },
  }
}`;

Deno.test("readLaunchProfile() takes the first that starts the project, as dotnet run does", async () => {
  assert.deepEqual(await profile(TEMPLATE), {
    name: "http",
    environmentVariables: { WHO: "project", DATA: "/home/me/data" },
    urls: ["https://localhost:7001", "http://localhost:5001"],
    commandLineArgs: "--seed 1",
  });
});

Deno.test("readLaunchProfile() finds the addresses of IIS Express in its settings", async () => {
  assert.deepEqual(await profile(TEMPLATE, "iis express"), {
    name: "IIS Express",
    environmentVariables: { WHO: "express" },
    urls: ["http://localhost:41000", "https://localhost:44300"],
    commandLineArgs: "",
  });
});

Deno.test("readLaunchProfile() takes none where there is none, or none is wanted", async () => {
  assert.equal(await profile(undefined), undefined);
  assert.equal(await profile(undefined, "none"), undefined);
  assert.equal(await profile(TEMPLATE, "none"), undefined);
  assert.equal(await profile('{"profiles": {"Docker": {"commandName": "Docker"}}}'), undefined);
  assert.equal(await profile('{"profiles": {"one": 1}}'), undefined);
});

const REFUSED: [
  what: string,
  text: string | undefined,
  name: string | undefined,
  message: RegExp,
][] = [
  [
    "a name that is not there",
    TEMPLATE,
    "htp",
    /^No launch profile "htp": .* has "IIS Express", "http", "Docker"$/,
  ],
  ["a name where there is no file", undefined, "http", /^No launch profile "http": .* has none$/],
  [
    "a broken file",
    '{ "profiles": ',
    undefined,
    /launchSettings.json": it is no JSON object; correct it/,
  ],
];

for (const [what, text, name, message] of REFUSED) {
  Deno.test(`readLaunchProfile() refuses ${what}`, async () => {
    await assert.rejects(profile(text, name), (error) => {
      assert.ok(error instanceof LaunchProfileError);
      assert.match(error.message, message);
      return true;
    });
  });
}
