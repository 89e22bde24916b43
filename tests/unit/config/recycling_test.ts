import assert from "node:assert/strict";
import { formatProblem } from "../../../src/config/problem.ts";
import { readConfig } from "../../../src/config/read_config.ts";
import { NO_RECYCLING, timeOfDay } from "../../../src/config/recycling.ts";

/** Reads a web.config whose aspNetCore section holds that. */
async function read(inside: string, environment: Record<string, string> = {}) {
  const dir = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(
      `${dir}/web.config`,
      `<configuration><system.webServer>
<handlers><add name="aspNetCore" path="*" verb="*" modules="AspNetCoreModuleV2"/></handlers>
<aspNetCore processPath="dotnet">${inside}</aspNetCore></system.webServer></configuration>`,
    );
    const { config, problems } = await readConfig(dir, { environment });
    return { config: config?.aspNetCore, problems: problems.map(formatProblem) };
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

function settings(values: Record<string, string>): string {
  const items = Object.entries(values)
    .map(([name, value]) => `<handlerSetting name="${name}" value="${value}"/>`);
  return `<handlerSettings>${items.join("")}</handlerSettings>`;
}

Deno.test("readConfig() recycles and stops nothing by itself unless asked (deviation: pool defaults)", async () => {
  const { config, problems } = await read("");
  assert.deepEqual(problems, []);
  assert.deepEqual(config?.recycling, NO_RECYCLING);
  assert.equal(config?.disallowRotationOnConfigChange, false);
  assert.deepEqual(config?.recycleOnFileChange, []);
});

Deno.test("readConfig() takes the limits of an application pool from handlerSettings (IIS 11.3)", async () => {
  const { config, problems } = await read(settings({
    idletimeout: "00:20:00",
    PeriodicRestartTime: "1.05:00:00",
    periodicRestartRequests: "35000",
    periodicRestartMemory: "512000",
    periodicRestartSchedule: "15:00:00; 03:00,03:00:00",
  }));
  assert.deepEqual(problems, []);
  assert.deepEqual(config?.recycling, {
    idleTimeoutMs: 1_200_000,
    restartAfterMs: 104_400_000,
    restartAfterRequests: 35_000,
    restartAtBytes: 524_288_000,
    restartDaily: [10_800, 54_000],
  });
});

const WRONG: [name: string, value: string, problem: string][] = [
  ["idleTimeout", "20", '"20" is not a time; write hh:mm:ss from 00:00:00 to 8760:00:00'],
  ["periodicRestartTime", "366.00:00:00", '"366.00:00:00" is out of range'],
  ["periodicRestartRequests", "-1", '"-1" is not a whole number'],
  [
    "periodicRestartMemory",
    "1 GB",
    '"1 GB" is not a whole number; write a whole number of kilobytes',
  ],
  [
    "periodicRestartSchedule",
    "03:00:00;24:00:00",
    '"24:00:00" is not a time of day; write hh:mm:ss from 00:00:00 to 23:59:59, several separated by ";"',
  ],
];

for (const [name, value, problem] of WRONG) {
  Deno.test(`readConfig() refuses ${name} "${value}", with its line`, async () => {
    const { config, problems } = await read(settings({ [name]: value }));
    assert.equal(config, undefined);
    assert.equal(problems.length, 1, problems.join("\n"));
    const beginning = `Invalid handlerSetting "${name}": ${problem}`;
    assert.match(problems[0] ?? "", /^web\.config:3:\d+: /);
    assert.ok(problems[0]?.includes(beginning), problems[0]);
  });
}

Deno.test("readConfig() takes the files whose change recycles, expanded (ANCM C-33, C-50)", async () => {
  const files = '<file path="bin\\App.dll"/><file path="%KEYS%/a"/><file path="%NONE%"/>';
  const { config, problems } = await read(
    `<recycleOnFileChange>${files}</recycleOnFileChange>`,
    { KEYS: "/etc/keys" },
  );
  assert.deepEqual(config?.recycleOnFileChange, ["bin\\App.dll", "/etc/keys/a", "%NONE%"]);
  assert.match(problems.join("\n"), /^web\.config:3:\d+: warning: "path" names "%NONE%"/);
});

Deno.test("readConfig() refuses a file without a path among those whose change recycles", async () => {
  const { problems } = await read('<recycleOnFileChange><file path=""/></recycleOnFileChange>');
  assert.match(problems.join("\n"), /Invalid "path" in file: it is empty/);
});

for (const [value, expected] of [["True", true], ["false", false], ["yes", false]] as const) {
  Deno.test(`readConfig() reads disallowRotationOnConfigChange "${value}" as ${expected} (ANCM C-45)`, async () => {
    const { config, problems } = await read(settings({ disallowRotationOnConfigChange: value }));
    assert.deepEqual(problems, []);
    assert.equal(config?.disallowRotationOnConfigChange, expected);
  });
}

for (
  const [text, seconds] of [
    ["00:00", 0],
    ["3:05", 11_100],
    ["23:59:59", 86_399],
    ["24:00", undefined],
    ["12:60", undefined],
    ["12:00:60", undefined],
    ["12", undefined],
    ["-1:00", undefined],
    ["1e1:00", undefined],
    ["", undefined],
  ] as const
) {
  Deno.test(`timeOfDay() reads "${text}" as ${seconds}`, () => {
    assert.equal(timeOfDay(text), seconds);
  });
}
