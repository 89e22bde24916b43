import assert from "node:assert/strict";
import { bytesContent } from "../../../../src/contract/content.ts";
import type { Reply } from "../../../../src/contract/exchange.ts";
import { type FieldLine, FieldList } from "../../../../src/http1/fields.ts";
import { Encoder, ENCODERS_MOST } from "../../../../src/modules/compression/_encoder.ts";
import { decoded } from "../../../support/decoded.ts";
import { fedContent } from "../../../support/fed_content.ts";
import { type SiteRequest, siteStage, type SiteStageOptions } from "../../../support/site_stage.ts";

const TEXT = "All work and no play makes Jack a dull boy. ".repeat(200);
const BYTES: Uint8Array = new TextEncoder().encode(TEXT);
const ON = '<urlCompression doDynamicCompression="true" />';
const JSON_ON =
  '<httpCompression><dynamicTypes><add mimeType="application/json" enabled="true" /></dynamicTypes></httpCompression>';

/** A backend whose answer has these fields beside its type. */
function answering(
  type: string | undefined,
  lines: readonly FieldLine[] = [],
  rest: Partial<Reply & { status: number }> = {},
): () => Reply {
  const typed: FieldLine[] = type === undefined ? [] : [["Content-Type", type]];
  const fields = new FieldList([...typed, ...lines]);
  return () => ({
    head: { status: rest.status ?? 200, reason: "", fields },
    content: bytesContent(BYTES),
    ...rest,
  });
}

async function asked(
  webServer: string,
  backend: () => Reply,
  request: SiteRequest = {},
  options: SiteStageOptions = {},
) {
  await using site = await siteStage(webServer, { backend, ...options });
  assert.deepEqual(site.problems, []);
  const fields: FieldLine[] = [["Accept-Encoding", "gzip"], ...request.fields ?? []];
  return await site.ask("/", { ...request, fields });
}

const coded = "gzip";
const DYNAMIC: [name: string, webServer: string, backend: () => Reply, coding?: string][] = [
  ["nothing where web.config names no compression", "", answering("text/html")],
  ["text where urlCompression is named", ON, answering("text/html"), coded],
  ["text where httpCompression is named", "<httpCompression />", answering("text/html"), coded],
  [
    "nothing where it is off",
    '<urlCompression doDynamicCompression="false" />',
    answering("text/html"),
  ],
  ["text with parameters", ON, answering("text/html; charset=utf-8"), coded],
  ["application/javascript", ON, answering("application/javascript"), coded],
  ["no application/json by itself", ON, answering("application/json")],
  ["application/json that was added", JSON_ON, answering("application/json; charset=utf-8"), coded],
  ["no image", ON, answering("image/png")],
  ["no event stream (M-CO-2)", ON, answering("text/event-stream")],
  ["nothing without a type", ON, answering(undefined)],
  [
    "nothing that is encoded already (M-CO-7)",
    ON,
    answering("text/html", [["Content-Encoding", "br"]]),
  ],
  [
    "nothing that is to stay as it is (M-CO-4)",
    ON,
    answering("text/html", [["Content-Encoding", "identity"]]),
  ],
  [
    "nothing with no-transform (M-CO-4)",
    ON,
    answering("text/html", [["Cache-Control", "public, No-Transform"]]),
  ],
  ["no 204 (M-CO-4)", ON, answering("text/html", [], { status: 204 })],
  ["no 206 (M-CO-4)", ON, answering("text/html", [], { status: 206 })],
  ["a 404", ON, answering("text/html", [], { status: 404 }), coded],
  [
    "nothing of less than 256 bytes",
    ON,
    answering("text/html", [], { content: bytesContent(BYTES.subarray(0, 255)) }),
  ],
];

for (const [name, webServer, backend, coding] of DYNAMIC) {
  Deno.test(`dynamic compression takes ${name} (IIS M-CO-1)`, async () => {
    const { fields, bytes } = await asked(webServer, backend);
    const was = backend().head.fields.get("Content-Encoding");
    assert.equal(fields.get("Content-Encoding"), coding ?? was);
    const plain = backend().content.length === BYTES.length ? TEXT : TEXT.slice(0, 255);
    assert.equal(decoded(coding, bytes), plain);
  });
}

const CLIENTS: [name: string, request: SiteRequest, coding?: string][] = [
  ["a client that takes br, too", { fields: [["Accept-Encoding", "br"]] }, "br"],
  ["a client that takes zstd, too", { fields: [["Accept-Encoding", "br, zstd"]] }, "zstd"],
  ["a request through a proxy", { fields: [["Via", "1.1 proxy"]] }],
  ["a request for a range", { fields: [["Range", "bytes=0-9"]] }],
];

for (const [name, request, coding] of CLIENTS) {
  Deno.test(`dynamic compression gives ${name} ${coding ?? "nothing"} (IIS M-CO-3, M-CO-4)`, async () => {
    const { fields, bytes } = await asked(ON, answering("text/plain"), request);
    assert.equal(fields.get("Content-Encoding"), coding);
    assert.equal(fields.get("Vary"), "Accept-Encoding");
    assert.equal(decoded(coding, bytes), TEXT);
  });
}

Deno.test("noCompressionForProxies and noCompressionForRange can be turned off (IIS M-CO-4)", async () => {
  const off = '<httpCompression noCompressionForProxies="false" noCompressionForRange="false" />';
  for (const [, request] of CLIENTS.slice(2)) {
    const { fields } = await asked(off, answering("text/plain"), request);
    assert.equal(fields.get("Content-Encoding"), "gzip");
  }
});

Deno.test("dynamic compression makes the fields fit (IIS M-CO-5)", async () => {
  const { fields, reply } = await asked(
    ON,
    answering("text/plain", [
      ["Content-Length", "8800"],
      ["ETag", '"a"'],
      ["Vary", "Cookie"],
      ["Vary", "Origin"],
      ["Accept-Ranges", "bytes"],
      ["Content-Digest", "sha-256=:x:"],
      ["X-Other", "1"],
    ]),
  );
  assert.deepEqual([...fields], [
    ["Content-Type", "text/plain"],
    ["ETag", 'W/"a"'],
    ["Vary", "Cookie, Origin, Accept-Encoding"],
    ["X-Other", "1"],
    ["Content-Encoding", "gzip"],
  ]);
  assert.ok((reply.content.length ?? BYTES.length) < BYTES.length);
});

for (const vary of ["*", "accept-encoding", "Origin, Accept-Encoding"]) {
  Deno.test(`dynamic compression leaves "Vary: ${vary}" as it is (IIS M-CO-5)`, async () => {
    const { fields } = await asked(
      ON,
      answering("text/plain", [["Vary", vary], ["ETag", 'W/"a"']]),
    );
    assert.deepEqual(fields.getAll("Vary"), [vary]);
    assert.equal(fields.get("ETag"), 'W/"a"');
  });
}

Deno.test("dynamic compression adds Vary for clients that take none, too (IIS M-CO-5)", async () => {
  await using site = await siteStage(ON, { backend: answering("text/plain", [["ETag", '"a"']]) });
  const { fields, body } = await site.ask("/");
  assert.equal(fields.get("Vary"), "Accept-Encoding");
  assert.equal(fields.get("ETag"), '"a"');
  assert.equal(body, TEXT);
});

Deno.test("dynamic compression asks the backend for tags as it gave them, and weakens those of a 304 (IIS M-CO-5)", async () => {
  let condition: string | undefined;
  await using site = await siteStage(ON, {
    backend(x) {
      condition = x.request.fields.get("If-None-Match");
      return { ...answering(undefined, [["ETag", '"a"']], { status: 304 })() };
    },
  });
  const held = await site.ask("/", { fields: [["If-None-Match", 'W/"a", "b"']] });
  assert.equal(condition, 'W/"a", "b", "a"');
  assert.equal(held.fields.get("ETag"), 'W/"a"');
  assert.equal(held.fields.get("Vary"), "Accept-Encoding");
  const plain = await site.ask("/", { fields: [["If-None-Match", '"a"']] });
  assert.equal(condition, '"a"');
  assert.deepEqual([...plain.fields], [["ETag", '"a"']]);
  await site.ask("/", { method: "PUT", fields: [["If-None-Match", 'W/"a"']] });
  assert.equal(condition, 'W/"a"');
});

Deno.test("dynamic compression describes to HEAD what a GET would get (IIS M-CO-4)", async () => {
  const { fields, reply, bytes } = await asked(
    ON,
    answering("text/plain", [["Content-Length", "8800"]]),
    { method: "HEAD" },
  );
  assert.equal(fields.get("Content-Encoding"), "gzip");
  assert.equal(fields.has("Content-Length"), false);
  assert.equal(reply.content.length, undefined);
  assert.equal(bytes.length, 0);
});

Deno.test("dynamic compression passes pieces on as they come, and trailers (IIS M-CO-6)", async () => {
  const content = fedContent();
  await using site = await siteStage(ON, { backend: answering("text/plain", [], { content }) });
  content.give(BYTES);
  const asking = site.ask("/", { fields: [["Accept-Encoding", "gzip"]] });
  content.give("more");
  content.end(new FieldList([["X-T", "1"]]));
  const { bytes, reply } = await asking;
  assert.equal(decoded("gzip", bytes), TEXT + "more");
  assert.equal(reply.content.trailers?.()?.get("X-T"), "1");
});

Deno.test("dynamic compression keeps the trailers of what is there at once", async () => {
  const content = fedContent();
  content.give(BYTES);
  content.end(new FieldList([["X-T", "1"]]));
  const { bytes, reply } = await asked(ON, answering("text/plain", [], { content }));
  assert.equal(decoded("gzip", bytes), TEXT);
  assert.equal(reply.content.length, undefined);
  assert.equal(reply.content.trailers?.()?.get("X-T"), "1");
});

Deno.test("dynamic compression leaves what does not get smaller", async () => {
  const noise = crypto.getRandomValues(new Uint8Array(1_000));
  const content = bytesContent(noise);
  const { fields, bytes } = await asked(ON, answering("text/plain", [], { content }));
  assert.equal(fields.has("Content-Encoding"), false);
  assert.deepEqual(bytes, noise);
});

Deno.test("dynamic compression lets answers pass as they are while too many are compressed", async () => {
  const encoders = Array.from(
    { length: ENCODERS_MOST },
    () => new Encoder({ coding: "gzip", level: 0 }),
  );
  try {
    const { fields, body } = await asked(ON, answering("text/plain"));
    assert.equal(fields.has("Content-Encoding"), false);
    assert.equal(body, TEXT);
  } finally {
    for (const encoder of encoders) encoder.close();
  }
  assert.equal(Encoder.busy, 0);
});

Deno.test("urlCompression is that of the request's place (IIS M-CO-8)", async () => {
  await using site = await siteStage(ON, {
    backend: answering("text/plain"),
    locations:
      '<location path="x"><system.webServer><urlCompression doDynamicCompression="false" /></system.webServer></location>',
  });
  const fields: FieldLine[] = [["Accept-Encoding", "gzip"]];
  assert.equal((await site.ask("/y", { fields })).fields.get("Content-Encoding"), "gzip");
  assert.equal((await site.ask("/x/y", { fields })).fields.has("Content-Encoding"), false);
});

const SCHEMES: [name: string, schemes: string, coding: string | undefined][] = [
  ["one that is removed", '<remove name="zstd" />', "br"],
  ["one that is off", '<scheme name="zstd" doDynamicCompression="false" />', "br"],
  ["those of a cleared list", '<clear /><scheme name="gzip" dll="gzip.dll" />', "gzip"],
  [
    "all where one is named again",
    '<scheme name="gzip" dll="gzip.dll" dynamicCompressionLevel="9" />',
    "zstd",
  ],
  ["none", "<clear />", undefined],
];

for (const [name, schemes, coding] of SCHEMES) {
  Deno.test(`httpCompression heeds ${name} (IIS 8.3)`, async () => {
    const { fields, bytes } = await asked(
      `<httpCompression>${schemes}</httpCompression>`,
      answering("text/plain"),
      { fields: [["Accept-Encoding", "br, zstd, gzip"]] },
    );
    assert.equal(fields.get("Content-Encoding"), coding);
    assert.equal(decoded(coding, bytes), TEXT);
  });
}

Deno.test("httpCompression warns once of a scheme that the host does not have", async () => {
  await using site = await siteStage(
    '<httpCompression>\n<scheme name="deflate" dll="x" /></httpCompression>',
  );
  assert.deepEqual(site.problems, [
    'web.config:3:1: warning: The scheme "deflate" has no effect; the host compresses as "br", "zstd" and "gzip"',
  ]);
});

/** Real files repeat what is built in, so that they say all of it. */
Deno.test("the types of httpCompression may repeat the built-in ones; the most exact decides (IIS M-CO-1)", async () => {
  const types = (of: string) =>
    `<${of}><add mimeType="text/*" enabled="true" /><add mimeType="text/csv" enabled="false" />
      <add mimeType="text/csv; header=absent" enabled="true" />
      <add mimeType="application/javascript" enabled="true" /><add mimeType="*/*" enabled="true" /></${of}>`;
  await using site = await siteStage(
    `<httpCompression directory="%SystemDrive%\\inetpub\\temp">
      <scheme name="gzip" dll="%Windir%\\system32\\inetsrv\\gzip.dll" staticCompressionLevel="9" />
      ${types("dynamicTypes")}${types("staticTypes")}</httpCompression>
      <urlCompression doStaticCompression="true" doDynamicCompression="true" />`,
    { backend: (x) => answering(x.request.fields.get("X-Type") ?? "")() },
  );
  assert.deepEqual(site.problems, []);
  const codingOf = async (type: string) => {
    const fields: FieldLine[] = [["Accept-Encoding", "gzip"], ["X-Type", type]];
    return (await site.ask("/", { fields })).fields.get("Content-Encoding");
  };
  assert.equal(await codingOf("TEXT/HTML"), "gzip");
  assert.equal(await codingOf("text/csv"), undefined);
  assert.equal(await codingOf("text/csv; charset=utf-8"), undefined);
  assert.equal(await codingOf("text/csv;header=absent"), "gzip");
  assert.equal(await codingOf("application/json"), "gzip");
});

/** A place that the host serves files of; the backend of the test stands in for the one that does. */
const files = (webServer = "") =>
  `<location path="s"><system.webServer><handlers><add name="f" path="*.txt" verb="*" modules="StaticFileModule" /></handlers>${webServer}</system.webServer></location>`;

let names = 0;

/** A file of its own name, as the host would serve it. */
function file(type: string, bytes = BYTES, name = `file ${names++}`) {
  let reads = 0;
  const reply = () => {
    const content = bytesContent(bytes);
    const read = () => (reads++, content.read());
    return answering(type, [["ETag", '"1"'], ["Accept-Ranges", "bytes"]], {
      content: { ...content, file: name, read },
    })();
  };
  return { reply, reads: () => reads };
}

const STATIC: [
  name: string,
  webServer: string,
  type: string,
  bytes: Uint8Array,
  coding?: string,
][] = [
  ["text by default", "", "text/plain", BYTES, "br"],
  ["image/svg+xml", "", "image/svg+xml", BYTES, "br"],
  ["no application/json", "", "application/json", BYTES],
  ["no image", "", "image/png", BYTES],
  ["no file of less than 2700 bytes", "", "text/plain", BYTES.subarray(0, 2_699)],
  ["a file of 2700 bytes", "", "text/plain", BYTES.subarray(0, 2_700), "br"],
  [
    "nothing that is too small",
    '<httpCompression minFileSizeForComp="10000" />',
    "text/plain",
    BYTES,
  ],
  [
    "nothing where it is off",
    '<urlCompression doStaticCompression="false" />',
    "text/plain",
    BYTES,
  ],
];

for (const [name, webServer, type, bytes, coding] of STATIC) {
  Deno.test(`static compression takes ${name} (IIS M-CO-1)`, async () => {
    await using site = await siteStage("", {
      backend: file(type, bytes).reply,
      locations: files(webServer),
    });
    const fields: FieldLine[] = [["Accept-Encoding", "gzip, br, zstd"]];
    const answer = await site.ask("/s/x", { fields });
    assert.equal(answer.fields.get("Content-Encoding"), coding);
    assert.equal(decoded(coding, answer.bytes), new TextDecoder().decode(bytes));
    assert.equal(answer.fields.get("ETag"), coding ? 'W/"1"' : '"1"');
    assert.equal(answer.fields.has("Accept-Ranges"), coding === undefined);
  });
}

Deno.test("static compression leaves answers of the backend alone, dynamic compression files", async () => {
  const fields: FieldLine[] = [["Accept-Encoding", "gzip"]];
  await using site = await siteStage("", {
    backend: answering("text/plain"),
    locations: files(),
  });
  assert.equal((await site.ask("/s/x", { fields })).fields.has("Content-Encoding"), false);
  await using dynamic = await siteStage(ON, {
    backend: file("text/plain").reply,
    locations: files('<urlCompression doStaticCompression="false" />'),
  });
  assert.equal((await dynamic.ask("/s/x", { fields })).fields.has("Content-Encoding"), false);
});

Deno.test("static compression keeps what it made of a file, for each coding and version", async () => {
  const { reply, reads } = file("text/plain");
  await using site = await siteStage("", { backend: reply, locations: files() });
  const ask = async (coding: string) => {
    const answer = await site.ask("/s/x", { fields: [["Accept-Encoding", coding]] });
    assert.equal(decoded(coding, answer.bytes), TEXT);
    return answer.reply.content.length;
  };
  assert.equal(await ask("gzip"), undefined);
  const once = reads();
  assert.ok(once > 0);
  assert.ok((await ask("gzip") ?? 0) > 0, "the length is known now");
  assert.equal(reads(), once);
  await ask("br");
  assert.ok(reads() > once);
});

Deno.test("a place without a handler for files has no compression by default", async () => {
  const fields: FieldLine[] = [["Accept-Encoding", "gzip"]];
  await using site = await siteStage("", { backend: file("text/plain").reply });
  assert.equal((await site.ask("/s/x", { fields })).fields.has("Content-Encoding"), false);
});

Deno.test("a file of the application goes compressed, is found unchanged, and in parts as it is (IIS M-CO-4, M-CO-5)", async () => {
  await using site = await siteStage("", {
    backend: () => assert.fail("the host serves it"),
    files: { "s/a.txt": TEXT },
    locations: files(),
  });
  const accepted = ["Accept-Encoding", "gzip"] as const;
  const whole = await site.ask("/s/a.txt", { fields: [accepted] });
  assert.equal(decoded(whole.fields.get("Content-Encoding"), whole.bytes), TEXT);
  const tag = whole.fields.get("ETag") ?? "";
  assert.match(tag, /^W\/"/);
  const unchanged = await site.ask("/s/a.txt", { fields: [accepted, ["If-None-Match", tag]] });
  assert.equal(unchanged.status, 304);
  assert.equal(unchanged.fields.get("ETag"), tag);
  const part = await site.ask("/s/a.txt", { fields: [accepted, ["Range", "bytes=4-7"]] });
  assert.deepEqual([part.status, part.body], [206, TEXT.slice(4, 8)]);
  assert.equal(part.fields.has("Content-Encoding"), false);
});
