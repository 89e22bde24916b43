import assert from "node:assert/strict";
import { join } from "node:path";
import { dotnetTest, publishedApp } from "../support/dotnet.ts";
import { runHost, type TempFolder } from "../support/executable.ts";
import { descendantsOf } from "../support/executable_processes.ts";
import { type RawAnswer, rawRequest } from "../support/executable_request.ts";
import { editedCopy } from "../support/executable_sites.ts";
import type { Facts } from "./_example_app.ts";

const PAGE = "<h1>Our own 404</h1>\n";
const SECTIONS = `
      <httpProtocol>
        <customHeaders>
          <remove name="X-Powered-By" />
          <add name="X-Content-Type-Options" value="nosniff" />
          <add name="Content-Security-Policy" value="default-src 'self';
            frame-ancestors 'none'" />
        </customHeaders>
        <redirectHeaders><add name="X-Redirected-By" value="host" /></redirectHeaders>
      </httpProtocol>
      <httpErrors errorMode="Custom" existingResponse="Replace">
        <remove statusCode="404" />
        <error statusCode="404" path="errors\\404.html" />
        <error statusCode="404" subStatusCode="8" path="/echo/hidden" responseMode="ExecuteURL" />
        <error statusCode="413" path="/too-large" responseMode="Redirect" />
      </httpErrors>
    </system.webServer>`;
const LOCATION = `<location path="old"><system.webServer>
  <httpRedirect enabled="true" destination="/echo" httpResponseStatus="PermRedirect" />
</system.webServer></location></configuration>`;

/** Makes a copy of the example app whose web.config brands errors and adds security fields. */
async function brandedApp(): Promise<TempFolder> {
  const folder = await editedCopy(
    await publishedApp("example"),
    (text) => text.replace("</system.webServer>", SECTIONS).replace("</configuration>", LOCATION),
  );
  await Deno.mkdir(join(folder.path, "errors"));
  await Deno.writeTextFile(join(folder.path, "errors/404.html"), PAGE);
  return folder;
}

/** What every answer has, whoever made it. */
function assertSecured({ head }: RawAnswer): void {
  assert.match(head, /^X-Content-Type-Options: nosniff\r?$/m);
  assert.match(
    head,
    /^Content-Security-Policy: default-src 'self'; +frame-ancestors 'none'\r?$/m,
  );
  assert.doesNotMatch(head, /^X-Powered-By/im);
}

dotnetTest(
  "web.config brands the app's errors and puts its security fields on every answer (IIS M-HE-4, M-PL-5)",
  async () => {
    await using folder = await brandedApp();
    await using host = await runHost({ dir: folder.path });
    const ask = (target: string, fields: readonly string[] = [], method = "GET") =>
      rawRequest(host.url, [
        `${method} ${target} HTTP/1.1`,
        "Host: shop.test",
        "Connection: close",
        ...fields,
      ]);

    const redirect = await ask("/old/a%20b?c=1");
    assertSecured(redirect);
    assert.match(redirect.head, /^HTTP\/1\.1 308 /);
    assert.match(redirect.head, /^Location: http:\/\/shop\.test\/echo\/a%20b\?c=1\r$/m);
    assert.match(redirect.head, /^X-Redirected-By: host\r$/m);

    const tooLarge = await ask("/upload", ["Content-Length: 30000001"], "POST");
    assertSecured(tooLarge);
    assert.match(tooLarge.head, /^HTTP\/1\.1 302 [^]*^Location: \/too-large\r$/m);
    assert.deepEqual(await descendantsOf(host.pid), [], "neither needs the app");

    const fine = await ask("/");
    assertSecured(fine);
    assert.match(fine.head, /^HTTP\/1\.1 200 /);
    assert.equal(fine.text, "Hello from ASP.NET Core\n");

    const missing = await ask("/status/404");
    assertSecured(missing);
    assert.match(missing.head, /^HTTP\/1\.1 404 [^]*^Content-Type: text\/html\r$/m);
    assert.equal(missing.text, PAGE);

    const other = await ask("/status/418");
    assertSecured(other);
    assert.match(other.head, /^HTTP\/1\.1 418 /);

    const hidden = await ask("/bin/x?y=1");
    assertSecured(hidden);
    assert.match(hidden.head, /^HTTP\/1\.1 200 /);
    const facts: Facts = JSON.parse(hidden.text);
    assert.equal(facts.path, "/echo/hidden");
    assert.equal(facts.query, "?404;http://shop.test:80/bin/x?y=1");
    assert.match(host.log.text, /404\.8 for GET \/bin\/x/);
  },
);

dotnetTest(
  "without httpErrors the app's own errors pass as they are (IIS M-HE-3, M-PL-7)",
  async () => {
    await using host = await runHost({ dir: await publishedApp("example") });
    const { status, text } = await host.text("/status/404");
    assert.deepEqual({ status, text }, { status: 404, text: "" });
  },
);
