/**
 * A small backend that tests run as a process of its own. What it does is told by variables:
 *
 * - `APP_PRINT`: lines it prints at once; `APP_FLOOD`: bytes it then prints on each stream before it goes on
 * - `APP_MODE`: `serve` (default); `exit` with `APP_EXIT_CODE`; `never` listen; `elsewhere`: on a port of its own;
 *   `ipv6`: on its port of `::1`
 * - `APP_DELAY_MS`: before it listens
 * - `APP_DEAF`: takes no notice of SIGTERM; `APP_CHILD`: starts a process that would stay, and prints its number
 * - `APP_SHUTDOWN`: status of its answer to the shutdown request (default 202, then it exits); `stay`: 202 and stays
 *
 * `GET /env` answers its environment as JSON, every other request `hello`.
 */
const text = (name: string) => Deno.env.get(name) ?? "";
const print = (line: string) => Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));

if (text("APP_PRINT") !== "") print(text("APP_PRINT"));
if (text("APP_FLOOD") !== "") await flood(Number(text("APP_FLOOD")));
if (text("APP_DEAF") !== "") Deno.addSignalListener("SIGTERM", () => print("no"));
if (text("APP_CHILD") !== "") print(`child ${startChild()}`);
if (text("APP_MODE") === "exit") Deno.exit(Number(text("APP_EXIT_CODE")));
if (text("APP_MODE") === "never") setInterval(() => {}, 60_000);
else setTimeout(serve, Number(text("APP_DELAY_MS") || 0));

async function flood(bytes: number): Promise<void> {
  const line = new TextEncoder().encode(`${"x".repeat(99)}\n`);
  for (const stream of [Deno.stdout, Deno.stderr]) {
    for (let sent = 0; sent < bytes; sent += line.length) {
      let rest = line;
      while (rest.length > 0) rest = rest.subarray(await stream.write(rest));
    }
  }
}

function startChild(): number {
  const { pid } = new Deno.Command("sleep", { args: ["600"], stdin: "null" }).spawn();
  return pid;
}

async function serve(): Promise<void> {
  const isElsewhere = text("APP_MODE") === "elsewhere";
  const hostname = text("APP_MODE") === "ipv6" ? "::1" : "127.0.0.1";
  const port = isElsewhere ? 0 : Number(text("ASPNETCORE_PORT"));
  const listener = Deno.listen({ hostname, port });
  print(`listens on ${(listener.addr as Deno.NetAddr).port}`);
  for await (const connection of listener) void answer(connection).catch(() => {});
}

async function answer(connection: Deno.Conn): Promise<void> {
  const buffer = new Uint8Array(65_536);
  let head = "";
  while (!head.includes("\r\n\r\n")) {
    const count = await connection.read(buffer);
    if (count === null) return connection.close();
    head += new TextDecoder().decode(buffer.subarray(0, count));
  }
  const [method, target] = head.split(" ");
  if (method === "POST" && target?.endsWith("/iisintegration")) {
    return await shutDown(connection, head);
  }
  const content = target === "/env" ? JSON.stringify(Deno.env.toObject()) : "hello";
  await send(connection, 200, content);
}

async function shutDown(connection: Deno.Conn, head: string): Promise<void> {
  const token = /^MS-ASPNETCORE-TOKEN: (.*)$/im.exec(head)?.[1];
  if (token !== text("ASPNETCORE_TOKEN")) return await send(connection, 400, `not "${token}"`);
  const wish = text("APP_SHUTDOWN") || "202";
  await send(connection, wish === "stay" ? 202 : Number(wish), "");
  if (wish === "202") Deno.exit(0);
}

async function send(connection: Deno.Conn, status: number, content: string): Promise<void> {
  const body = new TextEncoder().encode(content);
  const head =
    `HTTP/1.1 ${status} X\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n`;
  for (let rest = new Uint8Array([...new TextEncoder().encode(head), ...body]); rest.length > 0;) {
    rest = rest.subarray(await connection.write(rest));
  }
  connection.close();
}
