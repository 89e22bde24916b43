import assert from "node:assert/strict";
import { basename, dirname, join } from "node:path";
import { copyFolder, dotnetTest, publishedApp } from "../support/dotnet.ts";
import { runHost, tempFolder } from "../support/executable.ts";
import { backendOf } from "./_example_app.ts";

dotnetTest("the working directory and the way APP_DIR is written make no difference", async (t) => {
  const dir = await publishedApp("example");
  await using folder = await tempFolder();
  await Deno.symlink(dir, join(folder.path, "link"));
  const cases = {
    "absolute, from the root folder": { dir, cwd: "/" },
    "relative": { dir: basename(dir), cwd: dirname(dir) },
    "a dot": { dir: ".", cwd: dir },
    "a symbolic link": { dir: join(folder.path, "link"), cwd: "/" },
    "a relative symbolic link with a slash": { dir: "./link/", cwd: folder.path },
  };
  for (const [name, options] of Object.entries(cases)) {
    await t.step(name, async () => {
      await using host = await runHost(options);
      const { facts } = await backendOf(host);
      assert.equal(facts.currentDirectory, dir);
      assert.equal(facts.contentRoot, dir);
    });
  }
});

dotnetTest("a folder whose name has spaces and more is served", async () => {
  await using folder = await tempFolder();
  const dir = join(folder.path, "My App (2) 100% 'ö'");
  await copyFolder(await publishedApp("example"), dir);
  // A copy loses no right to run, and the web.config is still the SDK's own.
  await using host = await runHost({ dir });
  assert.equal((await backendOf(host)).facts.contentRoot, dir);
});

dotnetTest("output of -r linux-x64, which has no web.config, is served as inferred", async () => {
  const dir = await publishedApp("example", "linux-x64");
  await assert.rejects(Deno.stat(join(dir, "web.config")), Deno.errors.NotFound);
  await using host = await runHost({ dir });
  assert.equal((await host.text("/")).status, 200);
});

dotnetTest(
  "the web.config of -r win-x64 serves the portable output through its apphost",
  async () => {
    await using folder = await tempFolder();
    await copyFolder(await publishedApp("example"), folder.path);
    await useWindowsConfig(folder.path);
    await using host = await runHost({ dir: folder.path });
    const { pid } = await backendOf(host);
    assert.equal(await Deno.readLink(`/proc/${pid}/exe`), join(folder.path, "ExampleApp"));
  },
);

dotnetTest(
  "the web.config of -r win-x64 serves a folder without an apphost through dotnet",
  async () => {
    await using folder = await tempFolder();
    await copyFolder(await publishedApp("example"), folder.path);
    await Deno.remove(join(folder.path, "ExampleApp"));
    await useWindowsConfig(folder.path);
    await using host = await runHost({ dir: folder.path });
    assert.equal(
      basename(await Deno.readLink(`/proc/${(await backendOf(host)).pid}/exe`)),
      "dotnet",
    );
  },
);

dotnetTest("output of -r win-x64 is served, although its .exe cannot run here", async () => {
  await using host = await runHost({ dir: await publishedApp("example", "win-x64") });
  assert.equal((await host.text("/")).text, "Hello from ASP.NET Core\n");
});

async function useWindowsConfig(folder: string): Promise<void> {
  const windows = await publishedApp("example", "win-x64");
  const config = await Deno.readTextFile(join(windows, "web.config"));
  assert.match(config, /processPath="\.\\ExampleApp\.exe"/);
  await Deno.copyFile(join(windows, "web.config"), join(folder, "web.config"));
}

dotnetTest(
  "an app on the slim builder hears of its port through ASPNETCORE_URLS (ANCM M-4)",
  async () => {
    await using host = await runHost({ dir: await publishedApp("slim") });
    assert.deepEqual(await host.text("/"), { status: 200, text: "Hello from the slim builder\n" });
  },
);

dotnetTest("the port of the host wins over UseUrls of a classic app (ANCM M-6)", async () => {
  await using host = await runHost({ dir: await publishedApp("classic") });
  const { status, text } = await host.text("/");
  assert.equal(status, 200);
  assert.match(text, /^Port \d+\n$/);
  assert.notEqual(text, "Port 5999\n");
});
