/** What does the HTTP/1.1 machine cost for one request? */
// Reads a head as browsers send it and writes it again with four fields less and three more, as the gateway does;
// beside it, each part alone and the answer's way back.

import { FIELD, fieldSet } from "../src/http1/field_names.ts";
import { FRAMING } from "../src/http1/framing.ts";
import { RequestReader } from "../src/http1/request_reader.ts";
import { ResponseReader } from "../src/http1/response_reader.ts";
import { STEP } from "../src/http1/step.ts";
import { writeRequestHead, writeResponseHead } from "../src/http1/writer.ts";
import { question } from "./question.ts";
import { measureOf } from "./rounds.ts";
import type { Round } from "./answer.ts";

const encode = (text: string) => new TextEncoder().encode(text);

const GET = encode(
  [
    "GET /api/items/42?sort=name&page=3 HTTP/1.1",
    "Host: shop.example.test",
    "Connection: keep-alive",
    "Cache-Control: max-age=0",
    "Upgrade-Insecure-Requests: 1",
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36",
    "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8",
    "Keep-Alive: timeout=5",
    "Proxy-Connection: keep-alive",
    "Referer: https://shop.example.test/items",
    "Accept-Encoding: gzip, deflate, br, zstd",
    "TE: trailers",
    "Cookie: session=0f8fad5bd9cb469fa16570867728950e; theme=dark; consent=all",
    "",
    "",
  ].join("\r\n"),
);

const OK = encode(
  [
    "HTTP/1.1 200 OK",
    "Content-Length: 13",
    "Content-Type: text/plain; charset=utf-8",
    "Date: Sun, 22 Nov 2026 17:00:00 GMT",
    "Server: Kestrel",
    "",
    "Hello, world!",
  ].join("\r\n"),
);

const DROP = fieldSet(
  FIELD.CONNECTION,
  FIELD.KEEP_ALIVE,
  FIELD.PROXY_CONNECTION,
  FIELD.TE,
  FIELD.MS_ASPNETCORE,
  FIELD.X_FORWARDED_FOR,
  FIELD.X_FORWARDED_PROTO,
);
const ADDED = [
  ["X-Forwarded-For", "203.0.113.7:51000"],
  ["X-Forwarded-Proto", "http"],
  ["MS-ASPNETCORE-TOKEN", "3f2504e0-4f89-41d3-9a0c-0305e82c3301"],
] as const;

const out = new Uint8Array(4096);
const requests = new RequestReader();
const responses = new ResponseReader();

function readRequest(): void {
  if (requests.next(GET, 0, GET.length) !== STEP.HEAD) throw new Error("No head");
  if (requests.next(GET, GET.length, GET.length) !== STEP.END) throw new Error("No end");
}

const received = (readRequest(), requests.head(GET, 0));

const relayed = { ...received, fields: received.fields.relayed(DROP, ADDED) };

function relayRequest(): void {
  readRequest();
  const head = requests.head(GET, 0);
  const fields = head.fields.relayed(DROP, ADDED);
  writeRequestHead(out, 0, { method: head.method, target: head.target, fields }, FRAMING.NONE);
}

function relayResponse(): void {
  responses.expect(false, false);
  if (responses.next(OK, 0, OK.length) !== STEP.HEAD) throw new Error("No head");
  const head = responses.head(OK, 0);
  const fields = head.fields.relayed(DROP, []);
  writeResponseHead(
    out,
    0,
    { status: head.status, reason: head.reason, fields },
    FRAMING.LENGTH,
    13,
  );
  const at = responses.position;
  if (responses.next(OK, at, OK.length) !== STEP.CONTENT) throw new Error("No content");
  if (responses.next(OK, OK.length, OK.length) !== STEP.END) throw new Error("No end");
}

const PARTS: readonly { readonly name: string; work(): void }[] = [
  { name: "relay a request: read, 4 fields out, 3 in, write", work: relayRequest },
  { name: "… read it", work: readRequest },
  {
    name: "… method and target as text, fields as a view",
    work: () => void requests.head(GET, 0),
  },
  { name: "… 4 fields out, 3 in", work: () => void received.fields.relayed(DROP, ADDED) },
  { name: "… write it", work: () => void writeRequestHead(out, 0, relayed, FRAMING.NONE) },
  { name: "relay a small response: read, write", work: relayResponse },
];

/** Microseconds for one call in each of many rounds, a thousand calls each. */
function measure(work: () => void, rounds: number): Round[] {
  return Array.from({ length: rounds }, () => {
    const begun = performance.now();
    for (let i = 0; i < 1000; i++) work();
    return { value: performance.now() - begun };
  });
}

await question((plan) => {
  const rounds = plan.rounds * 60;
  for (const { work } of PARTS) measure(work, rounds);
  const measured = PARTS.map(({ work }) => measure(work, rounds));
  const title = `a head of ${GET.length} bytes`;
  const about = { id: "http1", title, unit: "µs", digits: 2, better: "less" } as const;
  return Promise.resolve({ measures: [measureOf(about, PARTS, measured)], notes: [] });
});
