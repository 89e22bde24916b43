import assert from "node:assert/strict";
import { dotnetTest, publishedApp } from "../support/dotnet.ts";
import { runHost, type RunningHost } from "../support/executable.ts";
import { variableOf } from "../support/executable_processes.ts";
import { until } from "../support/executable_wait.ts";
import { answersIn, probe, type Seen } from "../support/smuggling_probe.ts";
import { dangersOf, type Row, type Verdict, verdictText } from "../support/smuggling_verdict.ts";
import { backendOf } from "./_example_app.ts";
import { type Payload, PAYLOADS } from "./smuggling_payloads.ts";

/** How many payloads are on their way at once. */
const LANES = 16;

/** Makes the app log each request as it begins, whatever becomes of it; stronger than its own appsettings.json. */
const LOG_REQUESTS = { Logging__Console__LogLevel__Default: "Information" } as const;

const STARTING = /^ *Request starting HTTP\/1\.[01] (\S+) https?:\/\/(.*?) - \S+ \S+$/;

dotnetTest(
  "no payload makes the backend see other requests than the host passed on (PG smuggling)",
  async () => {
    const dir = await publishedApp("example");
    await using host = await runHost({ dir, env: LOG_REQUESTS });
    const { pid, port } = await backendOf(host);
    const token = await variableOf(pid, "ASPNETCORE_TOKEN");
    assert.ok(token);
    const kestrel = `http://127.0.0.1:${port}`;
    const byHost = await verdicts(host, (i, bytes) => sent(host.url, i, bytes));
    const straight = await verdicts(host, (i, bytes) => sent(kestrel, i, bytes, token));
    const rows = PAYLOADS.map(({ what }, i): Row => ({
      what,
      host: byHost[i]!,
      kestrel: straight[i]!,
    }));
    printMatrix(rows);
    const dangers = rows.flatMap((row) => dangersOf(row).map((danger) => `${row.what}: ${danger}`));
    assert.deepEqual(dangers, []);
    assert.ok(PAYLOADS.length >= 150);
    // The table says nothing where nothing passes, or everything does.
    assert.ok(rows.filter(({ host }) => host.requests.length === 0).length > 50);
    assert.ok(rows.filter(({ host }) => host.requests.length > 1).length > 50);
    assert.deepEqual(host.log.named("backend-attempt-failed"), []);
    assert.equal((await backendOf(host)).pid, pid);
  },
);

/** Sends every payload one way, and gives what came of each. */
async function verdicts(
  host: RunningHost,
  send: (i: number, payload: Payload) => Promise<Seen>,
): Promise<Verdict[]> {
  const before = requestsLogged(host).length;
  const seen: Seen[] = [];
  const waiting = [...PAYLOADS.entries()];
  await Promise.all(Array.from({ length: LANES }, async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      seen[next[0]] = await send(...next);
    }
  }));
  // The log is in order: with this request's line in it, those of all before are.
  const end = `/echo/end-${crypto.randomUUID()}`;
  await host.text(end);
  await until("the log of the last request", () => host.log.text.includes(end));
  const requests = requestsLogged(host).slice(before);
  return seen.map((one, i) => {
    const own = requests.filter((request) => request.includes(tagOf(i)));
    return { seen: one, requests: own };
  });
}

/** Sends a payload and, behind it, a request whose answer ends the connection. */
function sent(url: string, i: number, { bytes }: Payload, token?: string): Promise<Seen> {
  const field = token === undefined ? "" : `MS-ASPNETCORE-TOKEN: ${token}\r\n`;
  const head = bytes.indexOf("\r\n\r\n") + 2;
  const accepted = head < 2 ? bytes : bytes.slice(0, head) + field + bytes.slice(head);
  const last = `GET /echo/T000/last HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${field}\r\n`;
  const isAlive = async () => {
    const response = await fetch(`${url}/aborted-count`);
    await response.body?.cancel();
  };
  return probe(url, (accepted + last).replaceAll("T000", tagOf(i)), isAlive);
}

function tagOf(i: number): string {
  return `T${String(i).padStart(3, "0")}`;
}

/** The requests that the backend has logged so far: method and URL without scheme. */
function requestsLogged(host: RunningHost): string[] {
  return host.log.named("backend-output").flatMap(({ message }) => {
    const found = STARTING.exec(message);
    return found ? [`${found[1]} ${found[2]}`] : [];
  });
}

/** Prints all rows where `ANCM_PRINT_MATRIX` is 1, else those where the two differ. A status in brackets is the host's own. */
function printMatrix(rows: readonly Row[]): void {
  const isAll = Deno.env.get("ANCM_PRINT_MATRIX") === "1";
  const lines = rows.filter((row) => isAll || dangersOf(row).length > 0).map(({ what, ...row }) =>
    `${what.padEnd(55)} | ${verdictText(row.host).padEnd(36)} | ${verdictText(row.kestrel)}\n`
  );
  Deno.stdout.writeSync(new TextEncoder().encode(lines.join("")));
}

const OK = { status: 200, isOfKestrel: true, content: "ok" };
const REFUSED = { status: 400, isOfKestrel: false, content: "Bad Request" };

function row(host: Partial<Seen>, hostSaw: string[], kestrelSaw: string[]): Row {
  const closed = { answers: [], end: "closed", rest: "" } as const;
  const straight = { ...closed, answers: kestrelSaw.map(() => OK) };
  return {
    what: "",
    host: { seen: { ...closed, ...host }, requests: hostSaw },
    kestrel: { seen: straight, requests: kestrelSaw },
  };
}

Deno.test("dangersOf() finds a request too many, another one, and one behind a refusal", () => {
  const [a, evil, last] = ["GET /a", "GET /evil", "GET /last"];
  const both = { answers: [OK, OK] };
  assert.deepEqual(dangersOf(row(both, [a, last], [a, last])), []);
  assert.deepEqual(dangersOf(row({ answers: [REFUSED] }, [], [a, evil, last])), []);
  assert.deepEqual(dangersOf(row({ answers: [REFUSED] }, [a], [a])), []);
  assert.match(dangersOf(row(both, [a, evil, last], [a, last]))[0]!, /saw 3 requests/);
  assert.match(dangersOf(row(both, [a], [a]))[0]!, /saw 1 requests/);
  assert.match(dangersOf(row(both, [a, last], [a, evil, last]))[0]!, /request 2 is "GET \/last"/);
  assert.match(dangersOf(row(both, [a, last], [a, last, evil]))[0]!, /makes 3 requests/);
  const behind = row({ answers: [REFUSED, OK, OK] }, [evil, last], [a]);
  assert.match(dangersOf(behind)[0]!, /reads on behind a refusal/);
  const upload = (length: number) => ({ ...OK, content: `{"length":${length}}` });
  const shorter: Row = {
    what: "",
    host: { seen: { answers: [upload(1)], end: "closed", rest: "" }, requests: [a] },
    kestrel: { seen: { answers: [upload(2)], end: "closed", rest: "" }, requests: [a] },
  };
  assert.match(dangersOf(shorter)[0]!, /content is/);
});

Deno.test("answersIn() skips interim answers and keeps what is no whole answer", () => {
  const text = "HTTP/1.1 100 Continue\r\n\r\n" +
    "HTTP/1.1 200 OK\r\nServer: Kestrel\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n" +
    "HTTP/1.1 400 Bad Request\r\nContent-Length: 2\r\n\r\nno" +
    "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort";
  const { answers, rest } = answersIn(text);
  assert.deepEqual(answers, [OK, { status: 400, isOfKestrel: false, content: "no" }]);
  assert.match(rest, /short$/);
});
