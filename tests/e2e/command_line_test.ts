import assert from "node:assert/strict";
import { dotnetTest, publishedApp } from "../support/dotnet.ts";
import { runCommand, tempFolder } from "../support/executable.ts";
import { siteWith, siteWithConfig } from "../support/executable_sites.ts";

dotnetTest("validate takes the web.config that the SDK wrote", async () => {
  const { code, stdout } = await runCommand(["validate", await publishedApp("example")]);
  assert.equal(code, 0, stdout);
});

/** Several mistakes at once: each must be in the list. */
const BROKEN = `<configuration>
  <system.webServer>
    <handlers>
      <add name="aspNetCore" path="*" verb="*" modules="AspNetCoreModuleV2" />
      <add name="aspNetCore" path="*" verb="*" modules="AspNetCoreModuleV2" />
    </handlers>
    <aspNetCore proccessPath="dotnet" startupTimeLimit="3601" hostingModel="outside" />
  </system.webServer>
</configuration>
`;

const PROBLEMS = [
  'web.config:5:7: Duplicate add name="aspNetCore", it is already there, from line 4; remove one, or write <remove name="aspNetCore"/> before it',
  'web.config:7:5: Missing attribute "processPath" in aspNetCore; name the program to start, such as "dotnet"',
  'web.config:7:17: Unknown attribute "proccessPath" in aspNetCore; write "processPath"',
  'web.config:7:39: Invalid "startupTimeLimit" in aspNetCore: "3601" is out of range; write a whole number of seconds from 0 to 3600',
  'web.config:7:63: Invalid "hostingModel" in aspNetCore: "outside" is not a known value; write "inprocess" or "outofprocess"',
];

Deno.test("validate prints every mistake of a web.config and exits with 78", async () => {
  await using site = await siteWithConfig(BROKEN);
  const { code, stdout } = await runCommand(["validate", site.path]);
  assert.deepEqual(stdout.trimEnd().split("\n"), PROBLEMS);
  assert.equal(code, 78);
});

Deno.test("run logs every mistake of a web.config and exits with 78 without listening", async () => {
  await using site = await siteWithConfig(BROKEN);
  const { code, stderr } = await runCommand(["run", site.path, "--listen", "http://127.0.0.1:0"]);
  const events = stderr.trimEnd().split("\n").map((line) => JSON.parse(line));
  assert.deepEqual(events.map(({ message }) => message), PROBLEMS);
  assert.deepEqual(events.map(({ event }) => event), PROBLEMS.map(() => "config-error"));
  assert.equal(code, 78);
});

Deno.test("validate says where broken XML is and exits with 78", async () => {
  await using site = await siteWithConfig("<configuration>\n  <a></b>\n");
  const { code, stdout } = await runCommand(["validate", site.path]);
  assert.match(stdout, /^web\.config:2:6: Malformed XML: .+\n$/);
  assert.equal(code, 78);
});

Deno.test("a folder with nothing to serve exits with 78 and says what to do", async () => {
  await using folder = await tempFolder();
  const { code, stderr } = await runCommand(["run", folder.path]);
  assert.match(JSON.parse(stderr).message, /web\.config .*dotnet publish/);
  assert.equal(code, 78);
});

Deno.test("an unknown option exits with 64 and names the near one", async () => {
  const { code, stderr } = await runCommand(["run", "--listne", "http://127.0.0.1:0"]);
  assert.equal(code, 64);
  assert.match(stderr, /--listne.*--listen/);
});

Deno.test("a port that is taken exits with 69 and names the address", async () => {
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const url = `http://127.0.0.1:${taken.addr.port}`;
  await using site = await siteWith(`<aspNetCore processPath="no-such-program" />`);
  const { code, stderr } = await runCommand(["run", site.path, "--listen", url]);
  assert.equal(code, 69);
  assert.ok(stderr.includes(url), stderr);
});

Deno.test("version and help exit with 0", async () => {
  const version = await runCommand(["version"]);
  assert.equal(version.code, 0);
  assert.match(version.stdout, /\d+\.\d+\.\d+/);
  const help = await runCommand(["help"]);
  assert.equal(help.code, 0);
  assert.match(help.stdout, /--listen URL/);
});
