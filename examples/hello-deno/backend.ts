/** What the host tells its backend in environment variables. */
export interface Pairing {
  /** `ASPNETCORE_TOKEN`: only the host knows it, so only its requests carry it. Secret. */
  readonly token: string;
  /** `ASPNETCORE_APPL_PATH`: `/`, or the application's virtual path, such as `/shop`. */
  readonly applicationPath: string;
}

const TOKEN_FIELD = "ms-aspnetcore-token";
const STREAM_LINES = 10;
const STREAM_PAUSE_MS = 300;

const PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Hello from Deno behind ancm-host</title>
<h1>Hello from Deno behind ancm-host</h1>
<p>The host read web.config, started this backend, and passed your request to it. Try:</p>
<ul>
<li><a href="received?from=page">received</a>: what the backend received, for any path and method</li>
<li><a href="stream">stream</a>: ten lines, one after another (<code>curl -N</code> shows it best)</li>
<li><a href="count">count</a>: requests since this backend started; end it, ask again, and it counts anew</li>
</ul>
</html>
`;

/**
 * Makes the backend's answering function.
 *
 * @param stop called when the host asks for a graceful end
 */
export function backend(
  pairing: Pairing,
  stop: () => void,
): (request: Request) => Response | Promise<Response> {
  let count = 0;
  const base = pairing.applicationPath.replace(/\/$/, "");
  return (request) => {
    if (request.headers.get(TOKEN_FIELD) !== pairing.token) {
      return new Response("Ask the host: this request lacks the pairing token\n", { status: 400 });
    }
    const { pathname } = new URL(request.url);
    const path = pathname.startsWith(base) ? pathname.slice(base.length) : pathname;
    if (isShutdown(request, path)) {
      stop();
      return new Response(null, { status: 202 });
    }
    count++;
    switch (path) {
      case "/":
        return new Response(PAGE, { headers: { "content-type": "text/html; charset=utf-8" } });
      case "/count":
        return Response.json({ count });
      case "/stream":
        return new Response(numberedLines(), { headers: { "content-type": "text/plain" } });
      default:
        return received(request);
    }
  };
}

function isShutdown(request: Request, path: string): boolean {
  return request.method === "POST" && path.toLowerCase() === "/iisintegration" &&
    request.headers.get("ms-aspnetcore-event")?.toLowerCase() === "shutdown";
}

/** Shows the request as it came in; of the token only that it was there and right. */
async function received(request: Request): Promise<Response> {
  const { method, url, headers } = request;
  const { pathname, search } = new URL(url);
  let contentBytes = 0;
  for await (const chunk of request.body ?? []) contentBytes += chunk.length;
  const fields = Object.fromEntries([...headers].filter(([name]) => name !== TOKEN_FIELD));
  const facts = { method, target: pathname + search, token: "accepted", contentBytes, fields };
  return new Response(JSON.stringify(facts, null, 2) + "\n", {
    headers: { "content-type": "application/json" },
  });
}

function numberedLines(): ReadableStream<Uint8Array> {
  let timer: number | undefined;
  let line = 0;
  return new ReadableStream<string>({
    async pull(controller) {
      if (line > 0) await new Promise((resolve) => timer = setTimeout(resolve, STREAM_PAUSE_MS));
      controller.enqueue(`line ${++line} of ${STREAM_LINES}\n`);
      if (line === STREAM_LINES) controller.close();
    },
    cancel: () => clearTimeout(timer),
  }).pipeThrough(new TextEncoderStream());
}
