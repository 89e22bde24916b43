import assert from "node:assert/strict";
import { join } from "node:path";
import { dotnetTest, publishedApp } from "../support/dotnet.ts";
import { runHost, type RunningHost } from "../support/executable.ts";
import { descendantsOf } from "../support/executable_processes.ts";
import { rawRequest } from "../support/executable_request.ts";
import { editedCopy } from "../support/executable_sites.ts";
import type { TempFolder } from "../support/executable.ts";
import type { Facts } from "./_example_app.ts";

/** A copy of the example app with rewrite rules in the web.config that the SDK made. */
async function siteWithRules(rewrite: string): Promise<TempFolder> {
  const published = await publishedApp("example");
  return await editedCopy(
    published,
    (text) =>
      text.replace("</system.webServer>", `<rewrite>${rewrite}</rewrite></system.webServer>`),
  );
}

/** Asks on a connection of its own; gives the head of the answer and what the app saw. */
async function ask(host: RunningHost, target: string, lines: readonly string[] = []) {
  const { head, text } = await rawRequest(host.url, [
    `GET ${target} HTTP/1.1`,
    "Host: example.test",
    ...lines,
    "Connection: close",
  ]);
  const facts = (): Facts => JSON.parse(text);
  const location = /^location: *(.*)$/im.exec(head)?.[1];
  return { head, status: Number(head.split(" ", 2)[1]), location, text, facts };
}

dotnetTest(
  "clients without TLS are sent to https behind a trusted proxy (IIS M-RW-50)",
  async () => {
    await using site = await siteWithRules(`<rules><rule name="HTTPS" stopProcessing="true">
    <match url="(.*)" /><conditions><add input="{HTTPS}" pattern="^off$" /></conditions>
    <action type="Redirect" url="https://{HTTP_HOST}/{R:1}" redirectType="Temporary" /></rule></rules>`);
    await using host = await runHost({ dir: site.path, args: ["--trusted-proxy", "127.0.0.1"] });
    const plain = await ask(host, "/echo/a%20b?x=1", ["X-Forwarded-Proto: http"]);
    assert.equal(plain.status, 307);
    assert.equal(plain.location, "https://example.test/echo/a%20b?x=1");
    const secure = await ask(host, "/echo/a%20b?x=1", [
      "X-Forwarded-For: 198.51.100.9",
      "X-Forwarded-Proto: https",
    ]);
    assert.equal(secure.facts().rawTarget, "/echo/a%20b?x=1");
  },
);

dotnetTest(
  "routes of a single-page app fall back to one page, files and API do not (IIS M-RW-24, M-PL-8)",
  async () => {
    await using site = await siteWithRules(`<rules><rule name="SPA">
    <match url=".*" />
    <conditions>
      <add input="{REQUEST_FILENAME}" matchType="IsFile" negate="true" />
      <add input="{REQUEST_URI}" pattern="^/(echo|environment)" negate="true" />
    </conditions>
    <action type="Rewrite" url="/echo/index.html" /></rule>
    <rule name="unsafe pattern"><match url="^(\\w+\\s?)*!$" /><action type="AbortRequest" /></rule></rules>
    <outboundRules><rule name="header"><match serverVariable="RESPONSE_X_Frame_Options" pattern="" />
    <action type="Rewrite" value="DENY" /></rule></outboundRules>`);
    await Deno.writeTextFile(join(site.path, "known.txt"), "");
    await using host = await runHost({ dir: site.path });
    const route = await ask(host, "/some/route?tab=2");
    assert.equal(route.facts().rawTarget, "/echo/index.html?tab=2");
    const original = route.facts().headers.find(({ name }) =>
      name.toLowerCase() === "x-original-url"
    );
    assert.deepEqual(original?.values, ["/some/route?tab=2"]);
    assert.equal((await ask(host, "/echo/%7e")).facts().rawTarget, "/echo/%7e");
    assert.equal((await ask(host, "/known.txt")).status, 404);
    assert.match(route.head, /^x-frame-options: DENY$/im);
  },
);

dotnetTest(
  "an aborted request gets no byte, and the app is not started for it (IIS M-RW-61)",
  async () => {
    await using site = await siteWithRules(
      '<rules><rule name="probes"><match url="\\.php$" /><action type="AbortRequest" /></rule></rules>',
    );
    await using host = await runHost({ dir: site.path });
    const answer = await rawRequest(host.url, ["GET /wp-login.php HTTP/1.1", "Host: a"])
      .then(({ head, text }) => head + text, () => "");
    assert.equal(answer, "");
    assert.deepEqual(await descendantsOf(host.pid), []);
  },
);
