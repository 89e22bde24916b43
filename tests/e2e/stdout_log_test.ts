import assert from "node:assert/strict";
import { join } from "node:path";
import { dotnetTest } from "../support/dotnet.ts";
import { runHost } from "../support/executable.ts";
import { exampleCopy } from "../support/executable_example.ts";
import { variableOf } from "../support/executable_processes.ts";
import { until } from "../support/executable_wait.ts";
import { backendOf } from "./_example_app.ts";

/** The files of a log folder with their text, oldest name first. */
async function logsIn(folder: string): Promise<{ name: string; text: string }[]> {
  const entries = await Array.fromAsync(Deno.readDir(folder)).catch(() => []);
  const names = entries.map(({ name }) => name)
    .sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
  return await Promise.all(names.map(async (name) => {
    // It may have been deleted to make room for another.
    return { name, text: await Deno.readTextFile(join(folder, name)).catch(() => "") };
  }));
}

dotnetTest("the stdout log has what the app prints, its token masked (ANCM L-1, L-2)", async () => {
  await using site = await exampleCopy({
    attributes: { stdoutLogEnabled: "true", stdoutLogFile: ".\\logs\\stdout" },
  });
  await using host = await runHost({ dir: site.path });
  const { pid, port } = await backendOf(host);
  const token = await variableOf(pid, "ASPNETCORE_TOKEN");
  const response = await fetch(`http://127.0.0.1:${port}/`, {
    headers: { "MS-ASPNETCORE-TOKEN": "wrong" },
  });
  await response.body?.cancel();
  const folder = join(site.path, "logs");
  const [log] = await until("the mismatch in the log", async () => {
    const logs = await logsIn(folder);
    return logs[0]?.text.includes("does not match the expected pairing") ? logs : undefined;
  });
  assert.match(log?.name ?? "", new RegExp(`^stdout_\\d{14}_${host.pid}\\.log$`));
  assert.ok(log?.text.includes("ExampleApp has started\n"), log?.text);
  assert.ok(!log?.text.includes(token!), "the token is in the log");
  assert.equal(await host.stop(), 0);
  const [whole, ...others] = await logsIn(folder);
  assert.deepEqual(others, []);
  assert.ok(whole?.text.includes("ExampleApp is stopping\n"), whole?.text);
});

dotnetTest(
  "the stdout log goes on in another file when it is large, and few are kept",
  async () => {
    await using site = await exampleCopy({
      attributes: { stdoutLogEnabled: "true", stdoutLogFile: ".\\logs\\stdout" },
      handlerSettings: { stdoutLogMaxSize: "300", stdoutLogFilesKept: "2" },
    });
    await using host = await runHost({ dir: site.path });
    const { port } = await backendOf(host);
    const folder = join(site.path, "logs");
    await until("the fourth file", async () => {
      // Each request without the token makes the app print.
      const response = await fetch(`http://127.0.0.1:${port}/`);
      await response.body?.cancel();
      return (await logsIn(folder)).some(({ name }) => name.endsWith("_4.log"));
    });
    assert.equal(await host.stop(), 0);
    const names = (await logsIn(folder)).map(({ name }) => name);
    assert.equal(names.length, 2, names.join(" "));
  },
);
