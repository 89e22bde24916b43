import assert from "node:assert/strict";
import type { Clock } from "../../../../src/contract/clock.ts";
import { FakeClock } from "../../../support/fake_clock.ts";
import { HOSTILE_PATHS, LINKS, SECRET, SECRET_FILES } from "../../../support/hostile_paths.ts";
import { siteStage, type SiteStageOptions } from "../../../support/site_stage.ts";

const MODIFIED = new Date("2024-03-01T10:00:00Z");
const ETAG = `"${MODIFIED.getTime().toString(16)}:1a"`;
const LETTERS = "abcdefghijklmnopqrstuvwxyz";

const FILES_FIRST = `
  <add name="files" path="files/*" verb="*" modules="StaticFileModule" requireAccess="Read" />
  <add name="folders" path="folders/*" verb="*" requireAccess="Read"
       modules="StaticFileModule,DefaultDocumentModule,DirectoryListingModule" />
  <add name="app" path="app/*" verb="*" modules="AspNetCoreModuleV2" />`;

/** Time stands still, at a date after all files were written. */
function today(): Clock {
  return new class extends FakeClock {
    override date(): Date {
      return new Date("2030-01-01T00:00:00Z");
    }
  }();
}

async function stage(webServer = "", options: SiteStageOptions = {}) {
  const site = await siteStage(webServer, {
    handlers: FILES_FIRST,
    clock: today(),
    ...options,
    files: {
      "files/a.txt": LETTERS,
      "files/b.css": "b{}",
      "files/c.unknown": "c",
      "files/README": "no extension",
      "files/a b ä.txt": "escaped",
      "files/.hidden.txt": "hidden",
      "files/empty.txt": "",
      "folders/with/index.html": "<p>index</p>",
      "folders/with/Default.htm": "<p>default</p>",
      "folders/without/a.txt": "a",
      "folders/without/<b>&.txt": "b",
      "folders/without/.hidden": "h",
      "folders/without/web.config": "<configuration/>",
      ".well-known/acme/x.txt": "challenge",
      "app.dll": "program",
      ...options.files,
    },
  });
  await Deno.utime(`${site.root}/files/a.txt`, MODIFIED, MODIFIED);
  return site;
}

const names = (fields: Iterable<readonly [string, string]>) =>
  Object.fromEntries(Array.from(fields, ([name, value]) => [name.toLowerCase(), value]));

Deno.test("a file is served with what a client needs to keep it (IIS M-SC-3, M-SC-5, M-HD-8)", async () => {
  await using site = await stage();
  const { status, body, fields, reply } = await site.ask("/files/a.txt?x");
  assert.equal(status, 200);
  assert.equal(body, LETTERS);
  assert.deepEqual(names(fields), {
    "date": "Tue, 01 Jan 2030 00:00:00 GMT",
    "content-type": "text/plain",
    "last-modified": "Fri, 01 Mar 2024 10:00:00 GMT",
    "etag": ETAG,
    "accept-ranges": "bytes",
  });
  assert.equal(reply.content.length, 26);
  assert.match(reply.content.file ?? "", /a\.txt\0/);
  assert.equal(reply.error, undefined);
});

Deno.test("the bytes of a file are the same from disk and from memory", async () => {
  await using site = await stage();
  for (const _ of [1, 2, 3]) assert.equal((await site.ask("/files/a.txt")).body, LETTERS);
  assert.equal((await site.ask("/files/a%20b%20%C3%A4.txt")).body, "escaped");
  assert.equal((await site.ask("/files/empty.txt")).status, 200);
});

const REFUSED: readonly [target: string, method: string, status: string, rule: string][] = [
  ["/files/none.txt", "GET", "404.0", "M-SC-9"],
  ["/files/none/none.txt", "GET", "404.0", "M-SC-9"],
  ["/files/a.txt/", "GET", "404.0", "M-SC-9"],
  ["/files//a.txt", "GET", "404.0", "M-SC-9"],
  ["/files/a.txt/none", "GET", "404.0", "M-SC-9"],
  ["/files/c.unknown", "GET", "404.3", "M-SC-1"],
  ["/files/README", "GET", "404.3", "M-SC-1"],
  ["/files/.hidden.txt", "GET", "404.9", "M-SC-8"],
  ["/files/a.txt", "POST", "405.0", "M-SC-7"],
  ["/files/a.txt", "PUT", "405.0", "M-SC-7"],
  ["/files/a.txt", "get", "405.0", "M-SC-7"],
  ["/files/none.txt", "POST", "404.0", "M-SC-7"],
  ["/folders/with", "POST", "405.0", "M-SC-7"],
  ["/folders/without/", "GET", "403.14", "M-DD-2"],
  ["/app.dll", "GET", "404.8", "M-SC-8"],
  ["/none", "GET", "404.0", "M-HD-7"],
  ["/files/a.txt", "TRACE", "405.0", "M-SC-7"],
  ["/none", "TRACE", "405.0", "M-HD-5"],
];

for (const [target, method, status, rule] of REFUSED) {
  Deno.test(`${method} ${target} is ${status} (IIS ${rule})`, async () => {
    await using site = await stage();
    const { reply } = await site.ask(target, { method });
    const { failure } = reply.error ?? assert.fail("no failure");
    assert.equal(`${failure.status}.${failure.subStatus}`, status);
  });
}

Deno.test("405 names what a file takes, 416 how long it is", async () => {
  await using site = await stage();
  const refused = await site.ask("/files/a.txt", { method: "DELETE" });
  assert.deepEqual(refused.fields.getAll("allow"), ["GET, HEAD, OPTIONS"]);
  const range = await site.ask("/files/a.txt", { fields: [["Range", "bytes=26-"]] });
  assert.equal(range.status, 416);
  assert.equal(range.fields.get("content-range"), "bytes */26");
});

Deno.test("OPTIONS says what files take (IIS M-HD-5)", async () => {
  await using site = await stage();
  const { status, fields } = await site.ask("/anything", { method: "OPTIONS" });
  assert.equal(status, 200);
  assert.equal(fields.get("allow"), "GET, HEAD, OPTIONS");
});

Deno.test("HEAD says what GET would give (IIS M-SC-7)", async () => {
  await using site = await stage();
  const { status, fields, body } = await site.ask("/files/a.txt", { method: "HEAD" });
  assert.equal(status, 200);
  assert.equal(body, "");
  assert.equal(fields.get("content-length"), "26");
  assert.equal(fields.get("etag"), ETAG);
  const range = await site.ask("/files/a.txt", {
    method: "HEAD",
    fields: [["Range", "bytes=0-1"]],
  });
  assert.equal(range.status, 200);
});

Deno.test("HEAD says what a compressed GET would give (IIS M-SC-7, M-CO-4, M-CO-5)", async () => {
  await using site = await stage('<urlCompression doStaticCompression="true" />', {
    files: { "files/long.txt": LETTERS.repeat(200) },
  });
  const fields = [["Accept-Encoding", "gzip"]] as const;
  const get = await site.ask("/files/long.txt", { fields });
  const head = await site.ask("/files/long.txt", { method: "HEAD", fields });
  assert.equal(get.fields.get("content-encoding"), "gzip");
  assert.equal(head.body, "");
  assert.deepEqual(names(head.fields), names(get.fields));
  const plain = await site.ask("/files/long.txt", { method: "HEAD" });
  assert.equal(plain.fields.get("content-length"), String(LETTERS.length * 200));
  assert.equal(plain.fields.get("vary"), "Accept-Encoding");
});

Deno.test("conditions give 304 and 412 (IIS M-SC-5)", async () => {
  await using site = await stage(
    '<staticContent><clientCache cacheControlMode="DisableCache" /></staticContent>',
  );
  const same = await site.ask("/files/a.txt", { fields: [["If-None-Match", `W/${ETAG}`]] });
  assert.equal(same.status, 304);
  const { vary: _, ...fields } = names(same.fields);
  assert.deepEqual(Object.keys(fields), ["date", "last-modified", "etag", "cache-control"]);
  assert.equal(same.body, "");
  const since = { fields: [["If-Modified-Since", "Fri, 01 Mar 2024 10:00:00 GMT"]] } as const;
  assert.equal((await site.ask("/files/a.txt", since)).status, 304);
  const other = await site.ask("/files/a.txt", { fields: [["If-Match", '"x"']] });
  assert.equal(other.status, 412);
});

Deno.test("a range gives 206, If-Range of another version all of it (IIS M-SC-5)", async () => {
  await using site = await stage();
  const some = await site.ask("/files/a.txt", { fields: [["Range", "bytes=-3"]] });
  assert.equal(some.status, 206);
  assert.equal(some.body, "xyz");
  assert.equal(some.fields.get("content-range"), "bytes 23-25/26");
  assert.equal(some.reply.content.length, 3);
  assert.equal(some.reply.content.file, undefined);
  const conditional = (etag: string) =>
    site.ask("/files/a.txt", { fields: [["Range", "bytes=0-0"], ["If-Range", etag]] });
  assert.equal((await conditional(ETAG)).body, "a");
  assert.equal((await conditional('"x"')).status, 200);
});

Deno.test("several ranges give one content of parts (IIS M-SC-5, RFC 9110 §14.6)", async () => {
  await using site = await stage();
  const ask = await site.ask("/files/a.txt", { fields: [["Range", "bytes=0-1,24-"]] });
  assert.equal(ask.status, 206);
  const [, boundary] = /^multipart\/byteranges; boundary=(\S+)$/
    .exec(ask.fields.get("content-type") ?? "") ?? [];
  assert.equal(
    ask.body,
    [
      `--${boundary}`,
      "Content-Type: text/plain",
      "Content-Range: bytes 0-1/26",
      "",
      "ab",
      `--${boundary}`,
      "Content-Type: text/plain",
      "Content-Range: bytes 24-25/26",
      "",
      "yz",
      `--${boundary}--`,
      "",
    ].join("\r\n"),
  );
  assert.equal(ask.reply.content.length, ask.bytes.length);
  assert.equal(ask.fields.get("content-range"), undefined);
});

Deno.test("a file that is replaced is served anew", async () => {
  const clock = today() as FakeClock;
  await using site = await stage("", { clock });
  const before = await site.ask("/files/a.txt");
  await Deno.writeTextFile(`${site.root}/files/a.txt`, "other text");
  await clock.advance(250);
  const after = await site.ask("/files/a.txt");
  assert.equal(after.body, "other text");
  assert.notEqual(after.fields.get("etag"), before.fields.get("etag"));
});

Deno.test("a folder without a slash is sent to the one with it (IIS M-SC-9)", async () => {
  await using site = await stage("", { pathBase: "/shop" });
  const { status, fields } = await site.ask("/shop/folders/with?a=%20b");
  assert.equal(status, 301);
  assert.equal(fields.get("location"), "/shop/folders/with/?a=%20b");
  for (const target of ["/shop//example.org/..", "/shop/%5cexample.org", "//example.org/shop"]) {
    const { fields } = await site.ask(target);
    assert.ok(!/^(?:\/\/|\/\\|\w+:)/.test(fields.get("location") ?? ""), target);
  }
});

Deno.test("a folder is answered by its first default document (IIS M-DD-1)", async () => {
  await using site = await stage();
  const { status, body, fields } = await site.ask("/folders/with/");
  assert.equal(status, 200);
  assert.equal(body, "<p>default</p>");
  assert.equal(fields.get("content-type"), "text/html");
});

Deno.test("names of a file come before inherited ones, and the handler of the name decides (IIS M-DD-1, M-CF-34)", async () => {
  const asked: string[] = [];
  await using site = await stage(
    "<defaultDocument><files><add value='start.aspx' /></files></defaultDocument>",
    {
      handlers:
        `<add name="pages" path="*.aspx" verb="*" modules="AspNetCoreModuleV2" />${FILES_FIRST}`,
      files: { "folders/with/start.aspx": "" },
      backend(x) {
        asked.push(x.request.target);
        throw new Error("asked");
      },
    },
  );
  await site.ask("/folders/with/?q=1");
  assert.deepEqual(asked, ["/folders/with/start.aspx?q=1"]);
});

Deno.test("a default document is guarded as the place it lies in (IIS M-PL-4)", async () => {
  await using site = await stage("", {
    locations: `<location path="folders/with/Default.htm"><system.webServer><security>
      <access sslFlags="Ssl" /></security></system.webServer></location>`,
  });
  assert.equal((await site.ask("/folders/with/Default.htm")).status, 403);
  assert.equal((await site.ask("/folders/with/")).status, 403);
});

Deno.test("no default document where that is off (IIS M-DD-1, M-DD-2)", async () => {
  await using site = await stage('<defaultDocument enabled="false" />');
  assert.equal((await site.ask("/folders/with/")).reply.error?.code, "listing-denied");
});

Deno.test("a list names what may be asked for, escaped (IIS M-DB-1)", async () => {
  await using site = await stage('<directoryBrowse enabled="true" showFlags="Size" />');
  const { status, body, fields } = await site.ask("/folders/without/");
  assert.equal(status, 200);
  assert.equal(fields.get("content-type"), "text/html; charset=utf-8");
  assert.match(body, /<td>1<\/td><td><a href="\.\/a\.txt">a<\/a>/);
  assert.match(body, /href="\.\/%3Cb%3E%26\.txt">&#60;b&#62;&#38;<\/a>/);
  assert.match(body, /href="\.\.\/"/);
  assert.ok(!body.includes("hidden") && !body.includes("web.config") && !body.includes("<b>"));
  assert.equal((await site.ask("/folders/without/", { method: "HEAD" })).body, "");
  assert.equal((await site.ask("/folders/without/", { method: "POST" })).status, 405);
});

Deno.test("mimeMap gives and takes types, for the place it is written at (IIS M-SC-1)", async () => {
  await using site = await stage(
    `<staticContent><remove fileExtension=".css" /><remove fileExtension=".webp" />
      <mimeMap fileExtension=".CSS" mimeType="text/x" />
      <mimeMap fileExtension=".unknown" mimeType="application/x-unknown" />
      <mimeMap fileExtension="." mimeType="text/plain" />
      <mimeMap fileExtension=".avif" mimeType="image/own" /></staticContent>`,
    {
      files: {
        "files/i.webp": "",
        "files/i.avif": "",
        "files/deep/b.css": "",
        "files/j.min.JS": "",
      },
      locations: `<location path="files/deep"><system.webServer><staticContent><clear />
        <mimeMap fileExtension="*" mimeType="text/deep" /></staticContent></system.webServer></location>`,
    },
  );
  assert.deepEqual(site.problems, []);
  const type = async (path: string) =>
    (await site.ask(`/files/${path}`)).fields.get("content-type");
  assert.equal(await type("b.css"), "text/x");
  assert.equal(await type("c.unknown"), "application/x-unknown");
  assert.equal(await type("README"), "text/plain");
  assert.equal(await type("i.avif"), "image/own");
  assert.equal(await type("j.min.JS"), "application/javascript");
  assert.equal(await type("deep/b.css"), "text/deep");
  assert.equal((await site.ask("/files/i.webp")).reply.error?.code, "file-type-unknown");
});

const CACHES: readonly [attributes: string, control: string | undefined, expires?: string][] = [
  ['cacheControlMode="NoControl"', undefined],
  ['cacheControlMode="DisableCache"', "no-cache"],
  ['cacheControlMode="UseMaxAge"', "max-age=86400"],
  ['cacheControlMode="UseMaxAge" cacheControlMaxAge="365.00:00:00"', "max-age=31536000"],
  [
    'cacheControlMode="UseMaxAge" cacheControlMaxAge="00:01:00" cacheControlCustom="public"',
    "max-age=60,public",
  ],
  ['cacheControlCustom="private"', "private"],
  [
    'cacheControlMode="UseExpires" httpExpires="Tue, 19 Jan 2038 03:14:07 GMT"',
    undefined,
    "Tue, 19 Jan 2038 03:14:07 GMT",
  ],
];

for (const [attributes, control, expires] of CACHES) {
  Deno.test(`clientCache ${attributes} sends ${control ?? expires ?? "nothing"} (IIS M-SC-4)`, async () => {
    await using site = await stage(`<staticContent><clientCache ${attributes} /></staticContent>`);
    const { fields } = await site.ask("/files/a.txt");
    assert.equal(fields.get("cache-control"), control);
    assert.equal(fields.get("expires"), expires);
  });
}

Deno.test("setEtag takes the ETag away (IIS M-SC-4)", async () => {
  await using site = await stage('<staticContent><clientCache setEtag="false" /></staticContent>');
  const { fields } = await site.ask("/files/a.txt");
  assert.equal(fields.get("etag"), undefined);
  assert.ok(fields.has("last-modified"));
});

const MISTAKES: readonly [webServer: string, problem: RegExp][] = [
  [
    '<staticContent><mimeMap fileExtension=".json" mimeType="a/b" /></staticContent>',
    /^web\.config:2:16: Duplicate mimeMap fileExtension=".json", it is built in/,
  ],
  [
    '<staticContent><mimeMap fileExtension=".x1" mimeType="text" /></staticContent>',
    /^web\.config:2:45: Invalid "mimeType": "text" is no media type; write one such as "image\/png"/,
  ],
  [
    '<staticContent><clientCache cacheControlMode="UseExpires" /></staticContent>',
    /^web\.config:2:16: Invalid "httpExpires": "" is no date; write one such as/,
  ],
  [
    '<staticContent><clientCache cacheControlCustom="ä" /></staticContent>',
    /^web\.config:2:29: Invalid "cacheControlCustom"/,
  ],
  [
    '<defaultDocument><files><add value="index.html" /></files></defaultDocument>',
    /Duplicate add value="index.html"/,
  ],
];

for (const [webServer, problem] of MISTAKES) {
  Deno.test(`a mistake is told with its place: ${webServer} (IIS M-CF-32, M-SC-1, M-SC-4)`, async () => {
    await using site = await siteStage(webServer);
    assert.equal(site.problems.length, 1);
    assert.match(site.problems[0] ?? "", problem);
  });
}

const ACCESS: readonly [policy: string, target: string, status: string][] = [
  ["Read, Script", "/files/a.txt", "200"],
  ["Read", "/app/x", "403.1"],
  ["Script", "/files/a.txt", "403.2"],
  ["Execute", "/app/x", "200"],
  ["Read", "/write/x", "403.3"],
  ["None", "/none", "403.2"],
];

for (const [policy, target, status] of ACCESS) {
  Deno.test(`accessPolicy="${policy}" answers ${target} with ${status} (IIS section 4.4)`, async () => {
    await using site = await stage("", {
      handlers:
        `${FILES_FIRST}<add name="w" path="write/*" verb="*" modules="StaticFileModule" requireAccess="Write" />`,
      accessPolicy: policy,
    });
    const { status: actual, reply } = await site.ask(target);
    const { subStatus = undefined } = reply.error?.failure ?? {};
    assert.equal(subStatus === undefined ? `${actual}` : `${actual}.${subStatus}`, status);
  });
}

Deno.test("a backend for existing files only leaves the rest to 404.0 (IIS M-HD-6)", async () => {
  await using site = await stage("", {
    handlers: '<add name="f" path="*" verb="*" modules="AspNetCoreModuleV2" resourceType="File" />',
  });
  assert.equal((await site.ask("/files/a.txt")).body, "backend");
  assert.equal((await site.ask("/files/none.txt")).reply.error?.code, "file-not-found");
});

Deno.test("without the built-in handlers other paths have none: 404.4 (IIS M-HD-9)", async () => {
  await using site = await stage("", { handlers: `<clear />${FILES_FIRST}` });
  assert.equal((await site.ask("/none")).reply.error?.code, "no-handler");
});

Deno.test("rewrite rules that look for files find what is served (IIS M-PL-11, M-RW-24)", async () => {
  await using site = await stage(
    `<rewrite><rules><rule name="spa"><match url=".*" /><conditions>
      <add input="{REQUEST_FILENAME}" matchType="IsFile" negate="true" />
      <add input="{REQUEST_FILENAME}" matchType="IsDirectory" negate="true" />
    </conditions><action type="Rewrite" url="/folders/with/index.html" /></rule></rules></rewrite>`,
  );
  assert.equal((await site.ask("/files/a.txt")).body, LETTERS);
  assert.equal((await site.ask("/orders/7")).body, "<p>index</p>");
});

Deno.test(".well-known is not hidden (IIS M-SC-8)", async () => {
  await using site = await stage();
  assert.equal((await site.ask("/.well-known/acme/x.txt")).body, "challenge");
});

const UNFILTERED = `<security><requestFiltering allowDoubleEscaping="true">
  <hiddenSegments><clear /></hiddenSegments><fileExtensions><clear /></fileExtensions>
  </requestFiltering></security>`;

for (const [what, webServer] of [["the default", ""], ["no", UNFILTERED]] as const) {
  Deno.test(`no hostile path gets at a secret, with ${what} request filtering (IIS M-SC-8, M-RF-1, M-RF-2)`, async () => {
    // Served by their own names where filtering is off: that was asked for.
    const allowed = /bin|App_Data|Program\.cs/i;
    await using site = await siteStage(webServer, {
      handlers:
        '<clear /><add name="files" path="*" verb="*" modules="StaticFileModule" requireAccess="Read" />',
      clock: today(),
      files: Object.fromEntries(
        SECRET_FILES.filter((path) => path.startsWith("app/") && path !== "app/web.config")
          .map((path) => [path.slice("app/".length), SECRET]),
      ),
    });
    const outside = await Deno.makeTempDir({ dir: `${site.root}/..` });
    try {
      await Deno.writeTextFile(`${outside}/outside.txt`, SECRET);
      await Deno.writeTextFile(`${outside}/secret.txt`, SECRET);
      for (const [name, to] of LINKS) {
        const there = to.startsWith("..")
          ? to.replace(/^.*\//, `${outside}/`).replace("beside", "")
          : to;
        await Deno.symlink(there, `${site.root}/${name}`);
      }
      for (const { target } of HOSTILE_PATHS) {
        const { status, body } = await site.ask(target);
        if (webServer !== "" && allowed.test(decodeURIComponentOr(target))) continue;
        assert.ok(!body.includes(SECRET) && !body.includes("<configuration>"), target);
        assert.ok(status >= 300, `${target} gave ${status}`);
      }
    } finally {
      await Deno.remove(outside, { recursive: true });
    }
  });
}

function decodeURIComponentOr(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
