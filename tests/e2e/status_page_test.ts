import assert from "node:assert/strict";
import { join } from "node:path";
import { browserTest, openPage } from "../support/chromium.ts";
import { runHost, tempFolder } from "../support/executable.ts";
import { siteWithConfig } from "../support/executable_sites.ts";

const TOKEN = "0123456789abcdef";

const WEB_CONFIG = `<?xml version="1.0" encoding="utf-8"?>
<configuration>
  <system.webServer>
    <handlers>
      <add name="aspNetCore" path="*" verb="*" modules="AspNetCoreModuleV2" resourceType="Unspecified" />
    </handlers>
    <aspNetCore processPath="sh" arguments="-c &quot;echo first words; exit 3&quot;">
      <environmentVariables>
        <environmentVariable name="SHOP_PASSWORD" value="hunter2" />
      </environmentVariables>
    </aspNetCore>
  </system.webServer>
</configuration>
`;

browserTest("the status page of the executable tells what went wrong, and stops it", async () => {
  await using site = await siteWithConfig(WEB_CONFIG);
  await using folder = await tempFolder();
  const tokenFile = join(folder.path, "token");
  await Deno.writeTextFile(tokenFile, TOKEN, { mode: 0o600 });
  const args = ["--admin", "http://127.0.0.1:0", "--admin-token-file", tokenFile];
  await using host = await runHost({ dir: site.path, args });
  const { url } = await host.log.next("admin-listening");
  await using browser = await openPage();
  const { page, complaints } = browser;
  await page.goto(String(url));
  await page.getByLabel("Token").fill(TOKEN);
  await page.keyboard.press("Enter");
  await page.getByRole("main").waitFor();
  await page.getByText("aspNetCore/@processPath").waitFor();
  assert.equal((await page.content()).includes("hunter2"), false);

  assert.equal((await host.text("/orders?key=secret")).status, 502);
  const failure = page.getByRole("list", { name: "Last failures" }).getByRole("listitem");
  await failure.getByText("502.5").waitFor();
  assert.match(await failure.innerText(), /^502\.5 GET \/orders [^]+ read what it prints\.$/);
  assert.equal((await page.content()).includes("secret"), false);
  await page.getByRole("log").getByText("first words").first().waitFor();
  await page.getByText("1 in all").first().waitFor();
  assert.deepEqual(complaints.filter((text) => !text.includes("401")), []);

  await page.getByRole("button", { name: "Stop …" }).click();
  await page.getByRole("button", { name: "Stop the host" }).click();
  assert.equal(await host.end(), 0);
});
