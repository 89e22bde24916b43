import assert from "node:assert/strict";
import { dotnetTest, publishedApp } from "../support/dotnet.ts";
import { runHost, type TempFolder } from "../support/executable.ts";
import { descendantsOf } from "../support/executable_processes.ts";
import { rawRequest } from "../support/executable_request.ts";
import { editedCopy } from "../support/executable_sites.ts";
import { HOSTILE_PATHS, LINKS, SECRET, SECRET_FILES } from "../support/hostile_paths.ts";

const STATIC = 'modules="StaticFileModule" requireAccess="Read"';

/** Copies the published example app and puts handlers before the one that dotnet publish wrote. */
async function appWith(handlers: string, more = ""): Promise<TempFolder> {
  return await editedCopy(
    await publishedApp("example"),
    (text) =>
      text.replace("<handlers>", `<handlers>${handlers}`).replace(
        "</handlers>",
        `</handlers>${more}`,
      ),
  );
}

dotnetTest(
  "images come from the host, and the app is not started for them (IIS M-HD-8)",
  async () => {
    await using app = await appWith(`<add name="images" path="images/*" verb="*" ${STATIC} />`);
    await Deno.mkdir(`${app.path}/images`);
    await Deno.writeTextFile(`${app.path}/images/logo.svg`, "<svg/>");
    await using host = await runHost({ dir: app.path });
    const answer = await host.request("/images/logo.svg");
    assert.equal(answer.headers.get("content-type"), "image/svg+xml");
    assert.equal(await answer.text(), "<svg/>");
    assert.equal((await host.text("/images/none.svg")).status, 404);
    assert.deepEqual(await descendantsOf(host.pid), []);
    assert.equal((await host.text("/")).text, "Hello from ASP.NET Core\n");
    assert.notDeepEqual(await descendantsOf(host.pid), []);
  },
);

dotnetTest(
  "a single-page app falls back to its page by IsFile conditions (IIS M-RW-24, M-PL-11)",
  async () => {
    await using app = await appWith(
      `<add name="api" path="echo/*" verb="*" modules="AspNetCoreModuleV2" />
     <add name="spa" path="spa/*" verb="GET,HEAD" ${STATIC} />`,
      `<rewrite><rules><rule name="spa" stopProcessing="true"><match url="^(?!echo/).*" />
       <conditions>
         <add input="{REQUEST_FILENAME}" matchType="IsFile" negate="true" />
         <add input="{REQUEST_FILENAME}" matchType="IsDirectory" negate="true" />
       </conditions>
       <action type="Rewrite" url="/spa/index.html" /></rule></rules></rewrite>`,
    );
    await Deno.mkdir(`${app.path}/spa`);
    await Deno.writeTextFile(`${app.path}/spa/index.html`, "<p>page</p>");
    await Deno.writeTextFile(`${app.path}/spa/app.js`, "run()");
    await using host = await runHost({ dir: app.path });
    assert.equal((await host.text("/orders/7?a=b")).text, "<p>page</p>");
    assert.equal((await host.text("/spa/app.js")).text, "run()");
    assert.deepEqual(await descendantsOf(host.pid), []);
    assert.equal((await host.json<{ path: string }>("/echo/x")).path, "/echo/x");
  },
);

dotnetTest("no hostile path gets at a file that nobody may have (IIS M-SC-8, M-RF-2)", async () => {
  await using above = await appWith(
    `<clear /><add name="files" path="*" verb="*" ${STATIC} /><add name="never" path="never/*" verb="*" modules="AspNetCoreModuleV2" />`,
  );
  // The app folder of the attempts lies in a folder that has secrets of its own.
  const app = `${above.path}/app`;
  for (const file of SECRET_FILES) {
    await Deno.mkdir(`${above.path}/${file}`.replace(/[^/]*$/, ""), { recursive: true });
    await Deno.writeTextFile(`${above.path}/${file}`, SECRET);
  }
  const config = (await Deno.readTextFile(`${above.path}/web.config`))
    .replace(/(<add name="aspNetCore"[^>]*\/>)/, "");
  await Deno.writeTextFile(
    `${app}/web.config`,
    config.replace("</configuration>", `<!-- ${SECRET} --></configuration>`),
  );
  await Deno.remove(`${app}/sub/web.config`);
  for (const [name, to] of LINKS) await Deno.symlink(to, `${app}/${name}`);
  await Deno.writeTextFile(`${app}/public.txt`, "public");
  await using host = await runHost({ dir: app });
  assert.equal((await host.text("/public.txt")).text, "public");
  for (const { target } of HOSTILE_PATHS) {
    const head = [`GET ${target} HTTP/1.1`, "Host: example.test", "Connection: close"];
    const answer = await rawRequest(host.url, head);
    assert.match(answer.head, /^HTTP\/1\.1 4\d\d /, target);
    assert.ok(!answer.text.includes(SECRET), target);
  }
  assert.deepEqual(await descendantsOf(host.pid), []);
});
