import assert from "node:assert/strict";
import { main } from "../../../src/cli/mod.ts";
import { subConfig, webConfig, withFolder } from "../../support/config_folder.ts";

/** Runs `validate` on a folder with these files. */
function validate(
  files: Readonly<Record<string, string>>,
  args: readonly string[] = [],
  environment: Readonly<Record<string, string>> = {},
) {
  return withFolder(files, async (dir) => {
    const out: string[] = [];
    const error: string[] = [];
    const console = {
      out: (line: string) => void out.push(line.replaceAll(dir, "DIR")),
      error: (line: string) => void error.push(line),
    };
    return { code: await main(["validate", dir, ...args], environment, console), out, error };
  });
}

Deno.test("validate says that a configuration can be used", async () => {
  const { code, out, error } = await validate({ "web.config": webConfig() });
  assert.deepEqual([code, out, error], [0, ["DIR/web.config: can be used"], []]);
});

Deno.test("validate finds what only the modules find, in the order of the files", async () => {
  const rule = '<rule name="r"><match url="("/><action type="None"/></rule>';
  const { code, out, error } = await validate({
    "web.config": webConfig(`<rewrite><rules>${rule}</rules></rewrite>\n<webSocket enabled="x"/>`),
  });
  assert.equal(code, 78);
  assert.deepEqual(out, [
    'web.config:4:12: Invalid "enabled" in webSocket: "x" is neither true nor false; write "true" or "false"',
  ]);
  assert.deepEqual(error, ["ancm-host: 1 error: the configuration cannot be used"]);
  const alone = await validate({
    "web.config": webConfig(`<rewrite><rules>${rule}</rules></rewrite>`),
  });
  assert.equal(alone.code, 78);
  assert.match(alone.out.join("\n"), /^web\.config:3:\d+: .*pattern/i);
});

Deno.test("validate warns of what has no effect, with its line (IIS M-S-3)", async () => {
  const { code, out } = await validate({
    "web.config": webConfig("<iisnode/>\n<somebodysAddOn/>\n<httpTracing/>"),
  });
  assert.equal(code, 0);
  assert.match(out[0] ?? "", /^web\.config:3:1: warning: Section iisnode has no effect/);
  assert.match(out[1] ?? "", /^web\.config:4:1: warning: Unknown element "somebodysAddOn"/);
  assert.match(out[2] ?? "", /^web\.config:5:1: warning: Section httpTracing has no effect/);
});

Deno.test("validate --strict-iis refuses what IIS locks (IIS M-CF-6)", async () => {
  const files = { "web.config": webConfig("<serverRuntime/>") };
  assert.equal((await validate(files)).code, 0);
  assert.equal((await validate(files, ["--strict-iis"])).code, 78);
  assert.equal((await validate(files, [], { ANCM_HOST_STRICT_IIS: "true" })).code, 78);
});

Deno.test("validate --root-config-only reads no sub-folder (IIS M-CF-1)", async () => {
  const files = { "web.config": webConfig(), "a/web.config": "<x/>" };
  assert.equal((await validate(files)).out.length, 2);
  assert.equal((await validate(files, ["--root-config-only"])).out.length, 1);
});

Deno.test("validate --effective prints each value with its origin", async () => {
  const { code, out } = await validate(
    {
      "web.config": webConfig('<webSocket enabled="false"/>'),
      "admin/web.config": subConfig(
        '<httpProtocol><customHeaders><add name="X-A" value="1"/></customHeaders></httpProtocol>',
      ),
    },
    ["--effective", "--path-base=/shop"],
    { ANCM_HOST_LOG_LEVEL: "debug", ANCM_LAUNCHER_PATH: "x" },
  );
  assert.equal(code, 0);
  const lines = out.map((line) => line.replace(/ +/g, " ").replace(/(\.config:\d+):\d+$/, "$1"));
  const has = (line: string) => assert.ok(lines.includes(line), `${line}\n${lines.join("\n")}`);
  has("DIR");
  has(" processPath = dotnet web.config:2");
  has(" enabled = false web.config:3");
  has(" startupTimeLimit = 120 built-in");
  has("Below /admin, where it differs");
  has(' add name="X-A" value="1" admin/web.config:1');
  has(" --path-base = /shop option");
  has(" --log-level = debug variable ANCM_HOST_LOG_LEVEL");
  has(" --drain-time = 15 built-in");
  has(" aspNetCore/@processPath = %ANCM_LAUNCHER_PATH% variable ANCM_LAUNCHER_PATH");
  assert.match(
    lines.join("\n"),
    /\n add: \.asa, \.asax, \.ascx and \d+ more \(--json lists them\) built-in\n/,
  );
  assert.equal(lines.at(-1), "DIR/web.config: can be used");
});

Deno.test("validate --effective --json prints all of it as JSON", async () => {
  const { code, out } = await validate({ "web.config": webConfig() }, ["--effective", "--json"]);
  assert.equal(code, 0);
  const report = JSON.parse(out.join("\n"));
  assert.deepEqual(Object.keys(report), [
    "usable",
    "problems",
    "folder",
    "files",
    "options",
    "locations",
  ]);
  assert.deepEqual([report.usable, report.problems, report.files], [true, [], ["web.config"]]);
  const names = report.locations[0].sections.map(({ name }: { name: string }) => name);
  assert.ok(names.includes("aspNetCore") && names.includes("staticContent"));
});

Deno.test("validate --json of a configuration that cannot be used has its problems", async () => {
  const { code, out } = await validate({ "web.config": "<x/>" }, ["--effective", "--json"]);
  assert.equal(code, 78);
  const { usable, problems, locations } = JSON.parse(out.join("\n"));
  assert.deepEqual([usable, problems.length, locations], [false, 1, undefined]);
  assert.deepEqual([problems[0].line, problems[0].subStatus], [1, 19]);
});

Deno.test("--effective belongs to validate only", async () => {
  const error: string[] = [];
  const console = { out: () => {}, error: (line: string) => void error.push(line) };
  assert.equal(await main(["run", "--effective"], {}, console), 64);
  assert.match(error[0] ?? "", /Option "--effective" is none of "run": it is one of validate$/);
});
