import assert from "node:assert/strict";
import { join } from "node:path";
import { dotnetTest, publishedApp } from "../support/dotnet.ts";
import { runCommand, runHost, tempFolder } from "../support/executable.ts";
import { editedCopy } from "../support/executable_sites.ts";
import { until } from "../support/executable_wait.ts";
import { backendOf, type Facts } from "./_example_app.ts";

/** bob's is "geheim". */
const PEOPLE = "bob:$2b$04$NPwB7DXScaH9HiXEG5Er4.pZuVVfI8QrvDaTx2v6W0dOYC7Il/de6\n";

const SECURITY =
  `<security><authentication><anonymousAuthentication enabled="false" /><basicAuthentication enabled="true" realm="Office" /></authentication></security>`;

const protectedCopy = async () =>
  await editedCopy(
    await publishedApp("example"),
    (text) => text.replace("<aspNetCore", `${SECURITY}<aspNetCore`),
  );

const credentials = (password: string) => ({
  headers: { Authorization: `Basic ${btoa(`bob:${password}`)}` },
});

dotnetTest(
  "basicAuthentication lets in whoever the file knows, and tells the app (ANCM E-13, IIS M-AU-2)",
  async () => {
    await using site = await protectedCopy();
    await using folder = await tempFolder();
    const people = join(folder.path, "people");
    await Deno.writeTextFile(people, PEOPLE);
    await using host = await runHost({ dir: site.path, args: ["--basic-auth-file", people] });
    const refused = await host.request("/");
    await refused.body?.cancel();
    assert.equal(refused.status, 401);
    assert.equal(refused.headers.get("www-authenticate"), 'Basic realm="Office", charset="UTF-8"');
    assert.equal((await host.text("/", credentials("wrong"))).status, 401);
    const facts = await host.json<Facts>("/echo/", credentials("geheim"));
    assert.ok(facts.headers.some(({ name }) => name === "Authorization"));
    const process = await host.json<Awaited<ReturnType<typeof backendOf>>["facts"]>(
      "/environment",
      credentials("geheim"),
    );
    assert.equal(process.variables["ASPNETCORE_IIS_HTTPAUTH"], "basic;");
    await Deno.writeTextFile(people, "# nobody any more\n");
    await until("the end of the account", async () => {
      const { status } = await host.text("/", credentials("geheim"));
      return status === 401 || undefined;
    });
    assert.ok(!host.log.text.includes("geheim"));
  },
);

dotnetTest("basicAuthentication without a file, or with a bad one, is exit 78", async () => {
  await using site = await protectedCopy();
  const without = await runCommand(["run", site.path, "--admin", "off"]);
  assert.equal(without.code, 78);
  assert.match(without.stderr, /Basic authentication needs accounts; name a file of them/);
  await using folder = await tempFolder();
  const people = join(folder.path, "people");
  await Deno.writeTextFile(people, "bob:{SHA}secret=\n");
  for (const command of ["run", "validate"]) {
    const bad = await runCommand([command, site.path, "--basic-auth-file", people]);
    assert.equal(bad.code, 78);
    assert.match(
      bad.stdout + bad.stderr,
      /people:1: The password of \\?"bob\\?" is hashed with SHA-1/,
    );
    assert.ok(!(bad.stdout + bad.stderr).includes("secret="));
  }
});

dotnetTest("a new process is asked for its initialization pages first (IIS M-AI-1)", async () => {
  await using site = await editedCopy(
    await publishedApp("example"),
    (text) =>
      text.replace(
        "<aspNetCore",
        '<applicationInitialization><add initializationPage="/echo/warm" /></applicationInitialization><aspNetCore',
      ),
  );
  await using host = await runHost({ dir: site.path });
  assert.equal((await host.text("/")).status, 200);
  const warmed = host.log.text.indexOf("backend-warmed-up");
  assert.ok(warmed > 0, host.log.text);
  assert.ok(warmed < host.log.text.indexOf("backend-started"), host.log.text);
  assert.match(host.log.text, /initialization pages: \/echo\/warm 200/);
});
