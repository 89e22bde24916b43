import assert from "node:assert/strict";
import { Cancellation } from "../../../../src/contract/cancellation.ts";
import type { Exchange, Reply } from "../../../../src/contract/exchange.ts";
import { type FailureCode, HostError } from "../../../../src/contract/host_error.ts";
import { customErrors } from "../../../../src/modules/http_errors/custom_errors.ts";
import {
  type SiteRequest,
  siteStage,
  type SiteStageOptions,
  textReply,
} from "../../../support/site_stage.ts";

const LOCAL: SiteRequest = { address: "127.0.0.1" };

const errors = (attributes: string, ...entries: readonly string[]) =>
  `<httpErrors ${attributes}>${entries.join("")}</httpErrors>`;
const page = (status: number, path: string, more = "") =>
  `<remove statusCode="${status}" /><error statusCode="${status}" path="${path}" ${more} />`;
const failing = (code: FailureCode) => () => {
  throw new HostError(code, "It failed", { details: ["a detail"], retryAfterS: 7 });
};
const FILES = { "errors/404.html": "own 404", "errors/502.html": "own 502", "e.txt": "text" };

const refused: SiteStageOptions = { backend: failing("backend-broke"), files: FILES };
const missing: SiteStageOptions = { backend: () => textReply(404, "app 404"), files: FILES };

/** What is answered: the status and where its content comes from. */
type Result = `${number} ${"own" | "brief" | "detailed" | "app" | "empty"}`;

async function result(
  webServer: string,
  options: SiteStageOptions,
  request: SiteRequest = {},
): Promise<Result> {
  await using site = await siteStage(webServer, options);
  assert.deepEqual(site.problems, []);
  const { status, body } = await site.ask("/x", request);
  const kind = body === ""
    ? "empty"
    : body.startsWith("own")
    ? "own"
    : body.startsWith("app")
    ? "app"
    : body.includes("Requested URL")
    ? "detailed"
    : "brief";
  return `${status} ${kind}`;
}

const BOTH = page(404, "errors/404.html") + page(502, "errors/502.html");
const MODES: [rule: string, attributes: string, own: Result[], app: Result[]][] = [
  ["M-HE-3", "", ["502 own", "502 detailed"], ["404 app", "404 app"]],
  ["M-HE-3", 'errorMode="Custom"', ["502 own", "502 own"], ["404 app", "404 app"]],
  ["M-HE-3", 'errorMode="Detailed"', ["502 detailed", "502 detailed"], ["404 app", "404 app"]],
  [
    "M-HE-4",
    'existingResponse="Replace"',
    ["502 own", "502 detailed"],
    ["404 own", "404 detailed"],
  ],
  [
    "M-HE-4",
    'existingResponse="Replace" errorMode="Custom"',
    ["502 own", "502 own"],
    ["404 own", "404 own"],
  ],
  [
    "M-HE-4",
    'existingResponse="Replace" errorMode="Detailed"',
    ["502 detailed", "502 detailed"],
    ["404 detailed", "404 detailed"],
  ],
  ["M-HE-2", 'existingResponse="PassThrough"', ["502 empty", "502 empty"], ["404 app", "404 app"]],
];
for (const [rule, attributes, own, app] of MODES) {
  Deno.test(`httpErrors ${attributes} gives the host's errors, then the backend's, to remote, then local clients ${own} ${app} (IIS ${rule})`, async () => {
    const section = errors(attributes, BOTH);
    assert.deepEqual(
      [await result(section, refused), await result(section, refused, LOCAL)],
      own,
    );
    assert.deepEqual(
      [await result(section, missing), await result(section, missing, LOCAL)],
      app,
    );
  });
}

Deno.test("without httpErrors answers keep the pages they have (IIS M-HE-3)", async () => {
  assert.equal(await result("", refused), "502 brief");
  assert.equal(await result("", refused, LOCAL), "502 detailed");
  assert.equal(await result("", missing), "404 app");
});

Deno.test("an empty error of the backend stays empty (IIS M-HE-3, M-PL-7)", async () => {
  const backend = () => textReply(404, "");
  const section = errors('errorMode="Custom"', BOTH);
  assert.equal(await result(section, { backend, files: FILES }), "404 empty");
});

Deno.test("httpErrors acts from 400 on (IIS M-HE-1)", async () => {
  const backend = () => textReply(304, "");
  const section = errors('existingResponse="Replace" errorMode="Custom"', BOTH);
  assert.equal(await result(section, { backend, files: FILES }), "304 empty");
});

const KEPT: [why: string, code: FailureCode, disabled: boolean, status: number][] = [
  ["the module's page of a failed start", "start-exited", false, 502],
  ["a shutdown", "host-stopping", false, 503],
  ["an application that is offline", "app-offline", false, 503],
];
for (const [why, code, disableStartUpErrorPage, status] of KEPT) {
  Deno.test(`httpErrors leaves ${why} alone unless told to replace (IIS M-PL-7)`, async () => {
    const options = { backend: failing(code), files: FILES, disableStartUpErrorPage };
    const entry = page(status, "errors/404.html").replace(
      /^<remove.*?>/,
      status === 502 ? "$&" : "",
    );
    assert.equal(await result(errors('errorMode="Custom"', entry), options), `${status} brief`);
    const section = errors('errorMode="Custom" existingResponse="Replace"', entry);
    assert.equal(await result(section, options), `${status} own`);
  });
}

Deno.test("disableStartUpErrorPage leaves the page of a failed start to httpErrors, as 502.3 (IIS M-HE-12, ANCM X-5)", async () => {
  const options = { backend: failing("start-exited"), files: FILES, disableStartUpErrorPage: true };
  const entry = '<error statusCode="502" subStatusCode="3" path="errors/502.html" />';
  assert.equal(await result(errors('errorMode="Custom"', entry), options), "502 own");
});

Deno.test("the exact sub-status comes before any, that before defaultPath (IIS M-HE-6)", async () => {
  const files = { "a.txt": "own exact", "b.txt": "own any", "c.txt": "own default" };
  const section = errors(
    'errorMode="Custom" defaultPath="c.txt"',
    page(404, "b.txt"),
    '<error statusCode="404" subStatusCode="8" path="a.txt" />',
  );
  await using site = await siteStage(section, { backend: failing("queue-full"), files });
  assert.equal((await site.ask("/bin/a")).body, "own exact", "404.8");
  assert.equal((await site.ask("/a.cs")).body, "own any", "404.7");
  assert.equal((await site.ask("/a")).body, "own default", "503.0");
});

Deno.test("an entry that IIS has built in is its own one-line page, and defaultPath does not act (IIS M-HE-6)", async () => {
  await using site = await siteStage(errors('errorMode="Custom" defaultPath="e.txt"'), refused);
  assert.match((await site.ask("/a")).body, /^502 Bad Gateway/);
});

Deno.test("remove without subStatusCode means any (IIS M-HE-10), and an entry is not added twice (IIS M-CF-32)", async () => {
  await using site = await siteStage(
    errors("", '<error statusCode="404" path="e.txt" />'),
    refused,
  );
  assert.match(
    site.problems.join("\n"),
    /^web\.config:2:\d+: Duplicate error statusCode="404" subStatusCode="-1", it is built in; remove one, or write <remove statusCode="404" subStatusCode="-1"\/>/,
  );
  await using removed = await siteStage(errors("", page(404, "e.txt")), refused);
  assert.deepEqual(removed.problems, []);
});

Deno.test("a file keeps the status, has its type, and what the failure told stays (IIS M-HE-7)", async () => {
  const section = errors('errorMode="Custom"', '<error statusCode="503" path="errors/404.html" />');
  await using site = await siteStage(section, { ...refused, backend: failing("queue-full") });
  const { status, fields, reply } = await site.ask("/x");
  assert.equal(status, 503);
  assert.equal(reply.error?.code, "queue-full");
  assert.deepEqual(Object.fromEntries([...fields].filter(([name]) => name !== "Date")), {
    "Cache-Control": "no-store",
    "Content-Length": "7",
    "Content-Type": "text/html",
    "Retry-After": "7",
  });
});

Deno.test("a page in the place of the backend's drops only what speaks of its content (IIS M-HE-4)", async () => {
  const backend = () =>
    textReply(404, "app", [
      ["ETag", '"1"'],
      ["Content-Encoding", "br"],
      ["Content-Security-Policy", "default-src 'self'"],
      ["Set-Cookie", "a=1"],
    ]);
  const section = errors('errorMode="Custom" existingResponse="Replace"', page(404, "e.txt"));
  await using site = await siteStage(section, { backend, files: FILES });
  const { fields, body } = await site.ask("/x");
  assert.equal(body, "text");
  assert.deepEqual([...fields], [
    ["Content-Security-Policy", "default-src 'self'"],
    ["Set-Cookie", "a=1"],
    ["Content-Type", "text/plain"],
    ["Content-Length", "4"],
  ]);
});

Deno.test("content of the backend that is at hand is read to its end, else cancelled", async () => {
  const calls: string[] = [];
  const backend = (state: "bytes" | "waiting") => (): Reply => {
    let reads = 0;
    return {
      ...textReply(404, ""),
      content: {
        state: () => state,
        read: () => Promise.resolve(reads++ === 0 ? new Uint8Array(1) : null),
        cancel: () => calls.push("cancel"),
      },
    };
  };
  const section = errors('errorMode="Custom" existingResponse="Replace"', page(404, "e.txt"));
  for (const state of ["bytes", "waiting"] as const) {
    await using site = await siteStage(section, { backend: backend(state), files: FILES });
    assert.equal((await site.ask("/x")).body, "text");
    calls.push(state);
  }
  assert.deepEqual(calls, ["bytes", "cancel", "waiting"]);
});

Deno.test("a missing file is the host's own page, with a warning at load (IIS M-HE-9)", async () => {
  await using site = await siteStage(errors('errorMode="Custom"', page(502, "no.html")), refused);
  assert.match(site.problems.join("\n"), /warning: No error page at "no\.html"/);
  assert.match((await site.ask("/x", LOCAL)).body, /^502 Bad Gateway\n/);
});

Deno.test("a file that is changed is read anew", async () => {
  await using site = await siteStage(errors('errorMode="Custom"', page(502, "e.txt")), refused);
  assert.equal((await site.ask("/x")).body, "text");
  await Deno.writeTextFile(`${site.root}/e.txt`, "new");
  assert.equal((await site.ask("/x")).body, "new");
});

Deno.test("backslashes in a path are slashes", async () => {
  const section = errors('errorMode="Custom"', page(502, "errors\\502.html"));
  assert.equal(await result(section, refused), "502 own");
});

const OUTSIDE: [path: string, more?: string][] = [
  ["../outside.html"],
  ["errors/../../outside.html"],
  ["..\\outside.html"],
  ["/etc/hostname"],
  ["\\etc\\hostname"],
  ["C:\\inetpub\\404.htm"],
  ["404.htm", 'prefixLanguageFilePath="/srv/pages"'],
  ["404.htm", 'prefixLanguageFilePath="..\\pages"'],
  ["../../404.htm", 'prefixLanguageFilePath="pages"'],
];
for (const [path, more = ""] of OUTSIDE) {
  Deno.test(`path="${path}" ${more} is refused at load (IIS 7.3 allowAbsolutePathsWhenDelegated)`, async () => {
    await using site = await siteStage(errors("", page(404, path, more)), refused);
    assert.match(
      site.problems.join("\n"),
      /^web\.config:2:\d+: .*(?:Absolute path|lies outside).*allowAbsolutePathsWhenDelegated/,
    );
  });
}

Deno.test("a link that leads out of the application folder is not sent", async () => {
  const outside = await Deno.makeTempFile();
  try {
    await Deno.writeTextFile(outside, "own secret");
    const section = errors('errorMode="Custom"', page(502, "link.html"));
    await using site = await siteStage(section, refused);
    await Deno.symlink(outside, `${site.root}/link.html`);
    assert.match((await site.ask("/x")).body, /^502 Bad Gateway/);
    const allowed = errors(
      'errorMode="Custom" allowAbsolutePathsWhenDelegated="true"',
      page(502, outside),
    );
    assert.equal(await result(allowed, refused), "502 own");
  } finally {
    await Deno.remove(outside);
  }
});

Deno.test("a file of more than 1 MiB, and a folder, are not sent", async () => {
  const files = { "big.html": "x".repeat(1024 * 1024 + 1), "folder/a": "" };
  for (const path of ["big.html", "folder"]) {
    await using site = await siteStage(errors('errorMode="Custom"', page(502, path)), {
      ...refused,
      files,
    });
    assert.match((await site.ask("/x")).body, /^502 Bad Gateway/);
  }
});

Deno.test("the folder of IIS's own pages means the host's own page", async () => {
  const onWindows = { ...refused, environment: { SystemDrive: "C:" } };
  const more = 'prefixLanguageFilePath="%SystemDrive%\\inetpub\\custerr"';
  await using site = await siteStage(
    errors('errorMode="Custom"', page(502, "502.htm", more)),
    onWindows,
  );
  assert.deepEqual(site.problems, []);
  assert.match((await site.ask("/x")).body, /^502 Bad Gateway/);
});

Deno.test("prefixLanguageFilePath finds the folder of the client's language, then en-US, then the folder itself", async () => {
  const files = { "p/de-DE/e.htm": "deutsch", "p/en-US/e.htm": "english", "q/e.htm": "any" };
  const asked = async (folder: string, accept: string) => {
    const entry = page(502, "e.htm", `prefixLanguageFilePath="${folder}"`);
    await using site = await siteStage(errors('errorMode="Custom"', entry), { ...refused, files });
    assert.deepEqual(site.problems, []);
    return (await site.ask("/x", { fields: [["Accept-Language", accept]] })).body;
  };
  assert.equal(await asked("p", "fr, de-de;q=0.5"), "deutsch");
  assert.equal(await asked("p", "fr"), "english");
  assert.equal(await asked("q", "fr"), "any");
});

Deno.test("path and prefixLanguageFilePath are expanded (IIS M-CF-26)", async () => {
  const entry = page(502, "%PAGE%.htm", 'prefixLanguageFilePath="%FOLDER%"');
  await using site = await siteStage(errors('errorMode="Custom"', entry), {
    ...refused,
    files: { "p/en-US/e.htm": "expanded" },
    environment: { PAGE: "e", FOLDER: "p" },
  });
  assert.equal((await site.ask("/x")).body, "expanded");
});

Deno.test("ExecuteURL sends what the site answers, status included (IIS M-HE-7)", async () => {
  const seen: Exchange[] = [];
  const backend = (x: Exchange) => {
    seen.push(x);
    return x.parent ? textReply(200, "app page", [["X-Page", "1"]]) : textReply(404, "app 404");
  };
  const section = errors(
    'errorMode="Custom" existingResponse="Replace"',
    page(404, "/error?x=1", 'responseMode="ExecuteURL"'),
  );
  await using site = await siteStage(
    `${section}<httpProtocol><customHeaders><add name="X-Custom" value="1" /></customHeaders></httpProtocol>`,
    { backend },
  );
  const answer = await site.ask("/a%20b?q=1", {
    method: "POST",
    fields: [["Host", "h.test"], ["Cookie", "c=1"], ["Content-Length", "5"], ["If-Match", "*"]],
  });
  assert.equal(answer.status, 200);
  assert.equal(answer.body, "app page");
  assert.equal(answer.fields.get("X-Page"), "1");
  assert.deepEqual(answer.fields.getAll("X-Custom"), ["1"], "not twice");
  const { method, target, fields } = seen[1]!.request;
  assert.equal(method, "GET");
  assert.equal(target, "/error?x=1&404;http://h.test:80/a%20b?q=1");
  assert.deepEqual([...fields], [["Host", "h.test"], ["Cookie", "c=1"]]);
  assert.equal(seen[1]!.content.length, 0);
});

Deno.test("ExecuteURL does not go round in circles (IIS M-HE-8)", async () => {
  let asked = 0;
  const backend = () => {
    asked++;
    return textReply(404, `app ${asked}`);
  };
  const section = errors(
    'errorMode="Custom" existingResponse="Replace"',
    page(404, "/error", 'responseMode="ExecuteURL"'),
  );
  assert.equal(await result(section, { backend }), "404 app");
  assert.equal(asked, 2);
});

Deno.test("ExecuteURL of what the host cannot answer gives the host's own page of the first failure (IIS M-HE-9)", async () => {
  const section = errors(
    'errorMode="Custom"',
    page(404, "/error", 'responseMode="ExecuteURL"'),
  );
  await using site = await siteStage(section, refused);
  const { status, body } = await site.ask("/bin/x");
  assert.equal(status, 404);
  assert.match(body, /^404 Not Found/);
});

Deno.test("what modules ask to be done at the end of an executed URL is done at the end of the request", async () => {
  let ended = 0;
  const backend = (x: Exchange) => {
    (x.atEnd ??= []).push(() => ended++);
    return textReply(x.parent ? 200 : 404, "");
  };
  const section = errors(
    'errorMode="Custom" existingResponse="Replace"',
    page(404, "/error", 'responseMode="ExecuteURL"'),
  );
  await using site = await siteStage(section, { backend });
  await site.ask("/x");
  assert.equal(ended, 2);
});

Deno.test("ExecuteURL takes a path on this site only", async () => {
  for (const path of ["error", "http://other.test/", "~/error", "/a#b"]) {
    const section = errors("", page(404, path, 'responseMode="ExecuteURL"'));
    await using site = await siteStage(section, refused);
    assert.match(site.problems.join("\n"), /Cannot execute .*begins with a slash/);
  }
});

Deno.test("Redirect sends the client away with 302, redirectHeaders and all (IIS M-HE-7, M-HP-5)", async () => {
  const section = errors('errorMode="Custom"', page(502, "/sorry ü", 'responseMode="Redirect"'));
  const more =
    '<httpProtocol><redirectHeaders><add name="X-R" value="1" /></redirectHeaders></httpProtocol>';
  await using site = await siteStage(section + more, refused);
  const { status, fields } = await site.ask("/x");
  assert.equal(status, 302);
  assert.equal(fields.get("Location"), "/sorry%20%C3%BC");
  assert.equal(fields.get("X-R"), "1");
});

Deno.test("a rule's own answer stays unless web.config has a page for its status (IIS M-RW-60)", async () => {
  const rewrite =
    '<rewrite><rules><rule name="a"><match url="^gone" /><action type="CustomResponse" statusCode="410" subStatusCode="3" statusReason="Gone" statusDescription="app gone" /></rule></rules></rewrite>';
  const asked = async (section: string) => {
    await using site = await siteStage(rewrite + section, { files: FILES });
    assert.deepEqual(site.problems, []);
    return (await site.ask("/gone")).body;
  };
  assert.equal(await asked(errors('errorMode="Custom" defaultPath="e.txt"')), "app gone");
  const exact = '<error statusCode="410" subStatusCode="3" path="e.txt" />';
  assert.equal(await asked(errors('errorMode="Custom"', exact)), "text");
  const other = '<error statusCode="410" subStatusCode="4" path="e.txt" />';
  assert.equal(await asked(errors('errorMode="Custom"', other)), "app gone");
});

Deno.test("a location has pages of its own beside those it inherits", async () => {
  const locations = `<location path="bin"><system.webServer>${
    errors("", '<error statusCode="404" subStatusCode="8" path="e.txt" />')
  }</system.webServer></location>`;
  const section = errors('errorMode="Custom"', page(404, "errors/404.html"));
  await using site = await siteStage(section, { files: FILES, locations });
  assert.equal((await site.ask("/bin/a")).body, "text");
  assert.equal((await site.ask("/bin/a.cs")).body, "own 404", "404.7");
  assert.equal((await site.ask("/x/bin/a")).body, "own 404");
});

Deno.test("nothing is fetched for a client that has left", async () => {
  const entry = '<error statusCode="400" path="/error" responseMode="ExecuteURL" />';
  let asked = 0;
  await using site = await siteStage(errors('errorMode="Custom"', entry), {
    backend(x) {
      asked++;
      (x.cancellation as Cancellation).cancel("left");
      return failing("client-gone")();
    },
  });
  assert.match((await site.ask("/x")).body, /^400 Bad Request/);
  assert.equal(asked, 1);
});

Deno.test("where <modules> takes CustomErrorModule away errors have no content (IIS M-MO-2)", () => {
  const reply = { ...textReply(404, "x"), error: new HostError("no-handler", "No") };
  const { head, content } = customErrors.removed!.response!({} as Exchange, reply) as Reply;
  assert.equal(head.status, 404);
  assert.deepEqual([...head.fields], [["Content-Length", "0"]]);
  assert.equal(content.length, 0);
  const relayed = textReply(404, "app");
  assert.equal(customErrors.removed!.response!({} as Exchange, relayed), relayed);
});
