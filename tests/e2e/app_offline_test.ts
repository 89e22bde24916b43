import assert from "node:assert/strict";
import { join } from "node:path";
import { dotnetTest } from "../support/dotnet.ts";
import { runHost } from "../support/executable.ts";
import { exampleCopy } from "../support/executable_example.ts";
import { underLoad } from "../support/executable_load.ts";
import { isRunning } from "../support/executable_processes.ts";
import { until } from "../support/executable_wait.ts";
import { backendOf } from "./_example_app.ts";

const PAGE = "<h1>Back at noon</h1>";

dotnetTest(
  "with app_offline.htm what runs ends, what comes waits for that and gets the page (ANCM G-13, O-4)",
  async () => {
    await using site = await exampleCopy();
    const file = join(site.path, "app_offline.htm");
    await using host = await runHost({ dir: site.path });
    const { pid } = await backendOf(host);
    const slow = host.text("/slow/3000");
    await until("the request to be under way", async () => await host.json("/slow/current") === 1);
    await Deno.writeTextFile(file, PAGE);
    await host.log.next("app-going-offline");
    const wasRunning = isRunning(pid);
    const [page, isLeft] = await Promise.all([
      host.text("/").then(async (answer) => ({ ...answer, isLeft: await isRunning(pid) })),
      wasRunning,
    ]);
    assert.ok(isLeft, "the new request came while the old one ran");
    assert.deepEqual(page, { status: 503, text: PAGE, isLeft: false });
    assert.deepEqual(await slow, { status: 200, text: "Waited 3000 ms\n" });

    await Deno.remove(file);
    const back = await until("the app", async () => {
      const { status, text } = await host.text("/");
      return status === 200 ? text : undefined;
    });
    assert.equal(back, "Hello from ASP.NET Core\n");
  },
);

dotnetTest(
  "app_offline.htm that comes and goes under load gives pages and answers only",
  async () => {
    await using site = await exampleCopy();
    const file = join(site.path, "app_offline.htm");
    await using host = await runHost({ dir: site.path });
    await backendOf(host);
    const { failures, requests } = await underLoad(`${host.url}/`, async () => {
      for (const round of [1, 2]) {
        await Deno.writeTextFile(file, PAGE);
        await until("the app to be offline", () => host.log.named("app-offline").length === round);
        await Deno.remove(file);
        await until("the app", async () => (await host.text("/")).status === 200);
      }
    }, 4);
    assert.deepEqual(failures.filter((one) => one !== `503: ${PAGE}`), [], `of ${requests}`);
  },
);
