import assert from "node:assert/strict";
import { join } from "node:path";
import { runHost, type RunningHost } from "../support/executable.ts";
import { siteWith } from "../support/executable_sites.ts";
import { FAILURES } from "../../src/contract/host_error.ts";
import { descendantsOf } from "../support/executable_processes.ts";

/** Asks twice, as a failed start must not stop the host, and gives the second page for a local client. */
async function failedPage(host: RunningHost, code: keyof typeof FAILURES): Promise<string> {
  await host.text("/");
  const { status, text } = await host.text("/");
  assert.equal(status, 502);
  assert.match(text, /502\.5/);
  assert.ok(text.includes(FAILURES[code].remedy), text);
  const failed = await host.log.next("backend-start-failed");
  assert.equal(failed.level, "error");
  assert.equal(failed.eventId, 1020);
  assert.equal(failed["code"], code);
  assert.deepEqual(await descendantsOf(host.pid), []);
  return text;
}

Deno.test("a program that is not there gives 502.5 with its name (ANCM X-4)", async () => {
  await using site = await siteWith(`<aspNetCore processPath="no-such-program" />`);
  await using host = await runHost({ dir: site.path });
  assert.match(await failedPage(host, "start-no-program"), /"no-such-program"/);
});

Deno.test("a program that ends at once gives 502.5 with its exit code and output (ANCM G-12)", async () => {
  await using site = await siteWith(
    `<aspNetCore processPath="sh" arguments="-c &quot;echo broken on purpose; exit 3&quot;" />`,
  );
  await using host = await runHost({ dir: site.path });
  const page = await failedPage(host, "start-exited");
  assert.match(page, /broken on purpose/);
  assert.match(page, /\b3\b/);
});

Deno.test("a program that never listens gives 502.5 after startupTimeLimit (ANCM G-11)", async () => {
  await using site = await siteWith(
    `<aspNetCore processPath="sleep" arguments="600" startupTimeLimit="1" />`,
  );
  await using host = await runHost({ dir: site.path });
  await failedPage(host, "start-timeout");
});

Deno.test("a program that listens on another port gives 502.5 with both ports (ANCM P-32)", async () => {
  await using site = await siteWith(
    `<aspNetCore processPath="${Deno.execPath()}" arguments="run -A other_port.ts" startupTimeLimit="3" />`,
  );
  await Deno.writeTextFile(
    join(site.path, "other_port.ts"),
    `Deno.serve({ hostname: "127.0.0.1", port: 0 }, () => new Response("unseen"));`,
  );
  await using host = await runHost({ dir: site.path });
  const page = await failedPage(host, "start-wrong-port");
  const [, port, given] = /listens on port (\d+), not on port (\d+)/.exec(page) ?? [];
  assert.ok(host.log.text.includes(`Listening on http://127.0.0.1:${port}/`), page);
  assert.ok(host.log.named("backend-attempt-failed").some((line) => `${line["port"]}` === given));
});

Deno.test("a program that listens on another port is served there with adoptPort", async () => {
  await using site = await siteWith(
    `<aspNetCore processPath="${Deno.execPath()}" arguments="run -A other_port.ts"><handlerSettings>` +
      `<handlerSetting name="adoptPort" value="true" /></handlerSettings></aspNetCore>`,
  );
  await Deno.writeTextFile(
    join(site.path, "other_port.ts"),
    `Deno.serve({ hostname: "127.0.0.1", port: 0 }, () => new Response("seen"));`,
  );
  await using host = await runHost({ dir: site.path });
  assert.deepEqual(await host.text("/"), { status: 200, text: "seen" });
  const { port } = await host.log.next("backend-port-adopted");
  assert.ok(host.log.text.includes(`Listening on http://127.0.0.1:${port}/`), host.log.text);
});

Deno.test("a fixed port that another program owns gives 502.5 with the port (ANCM P-14)", async () => {
  using taken = listenerBelow(48_000);
  const { port } = taken.addr as Deno.NetAddr;
  await using site = await siteWith(
    `<aspNetCore processPath="sleep" arguments="600" startupTimeLimit="5"><environmentVariables>` +
      `<environmentVariable name="ASPNETCORE_PORT" value="${port}" />` +
      `</environmentVariables></aspNetCore>`,
  );
  await using host = await runHost({ dir: site.path });
  assert.ok((await failedPage(host, "start-port-taken")).includes(`${port}`));
});

/** Listens on some port that web.config may name: the system's own choice goes up to 60999. */
function listenerBelow(limit: number): Deno.Listener {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  if ((listener.addr as Deno.NetAddr).port < limit) return listener;
  using _unfit = listener;
  return listenerBelow(limit);
}

Deno.test("a client that came through a proxy sees no detail of a failed start", async () => {
  await using site = await siteWith(
    `<aspNetCore processPath="sh" arguments="-c &quot;echo broken on purpose; exit 3&quot;" />`,
  );
  await using host = await runHost({ dir: site.path });
  const { status, text } = await host.text("/", { headers: { "x-forwarded-for": "192.0.2.1" } });
  assert.equal(status, 502);
  assert.doesNotMatch(text, /broken on purpose/);
  assert.ok(!text.includes(site.path), text);
});
