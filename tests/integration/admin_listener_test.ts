import assert from "node:assert/strict";
import { dirname } from "node:path";
import type { HostEvent } from "../../src/contract/event.ts";
import { type AdminParts, openAdmin } from "../../src/host/admin.ts";
import { errorReply } from "../../src/pages/error_page.ts";
import { ListenError } from "../../src/server/listener.ts";
import { adminFace, adminStage } from "../support/admin_stage.ts";
import { RawClient } from "../support/raw_client.ts";

async function open(parts: Partial<AdminParts>) {
  const events: HostEvent[] = [];
  const listeners = await openAdmin({
    root: "/srv/app",
    folder: undefined,
    report: (event) => void events.push(event),
    page: (x, error) => errorReply(x, error, { disableStartUpErrorPage: false }),
    site: adminFace().options,
    ...parts,
  });
  return { events: events.map(({ name, message }) => ({ name, message })), listeners };
}

const unixTest = (name: string, fn: () => Promise<void>) =>
  Deno.test({ name, fn, ignore: Deno.build.os === "windows" });

unixTest("openAdmin() opens the socket of the application where nobody says where", async () => {
  await using stage = await adminStage();
  const { events, listeners } = await open({ folder: dirname(stage.socket), root: stage.appDir });
  await using _listeners = listeners;
  const url = `http://unix:${stage.socket}`;
  assert.deepEqual(listeners?.urls, [url]);
  assert.deepEqual(events, [{ name: "admin-listening", message: `Takes commands on ${url}` }]);
});

unixTest(
  "openAdmin() warns where another host has the socket, and where there is no folder",
  async () => {
    await using stage = await adminStage();
    const parts = { folder: dirname(stage.socket), root: stage.appDir };
    await using _first = (await open(parts)).listeners;
    for (const { events, listeners } of [await open(parts), await open({ folder: undefined })]) {
      assert.equal(listeners, undefined);
      assert.deepEqual(events.map(({ name }) => name), ["admin-off"]);
      assert.match(
        events[0]?.message ?? "",
        /; name a place with --admin URL, or say --admin off$/,
      );
    }
  },
);

unixTest("openAdmin() fails where the socket that was named cannot be had", async () => {
  await using stage = await adminStage();
  const admin = `http://unix:${stage.socket}`;
  await using _first = (await open({ admin })).listeners;
  await assert.rejects(open({ admin }), ListenError);
});

Deno.test("openAdmin() opens nothing when it is off", async () => {
  assert.deepEqual(await open({ admin: "off" }), { events: [], listeners: undefined });
});

Deno.test("openAdmin() speaks no TLS", async () => {
  await assert.rejects(
    open({ admin: "https://127.0.0.1:0" }),
    (error) => error instanceof ListenError && error.isUsage,
  );
});

Deno.test("openAdmin() on TCP says that commands need a token", async () => {
  const bare = await open({ admin: "http://127.0.0.1:0" });
  await using _bare = bare.listeners;
  assert.match(
    bare.events[0]?.message ?? "",
    /^Tells its health on .+; commands need --admin-token-file$/,
  );
  const kept = await open({ admin: "http://127.0.0.1:0", adminToken: "0123456789abcdef" });
  await using _kept = kept.listeners;
  assert.match(kept.events[0]?.message ?? "", /^Takes commands on http:\/\/127\.0\.0\.1:\d+$/);
});

Deno.test("openAdmin() makes a page of a failure, and lives on", async () => {
  const site = {
    ...adminFace().options,
    readiness: () => {
      throw new Error("a bug");
    },
  };
  const { listeners } = await open({ admin: "http://127.0.0.1:0", site });
  await using _listeners = listeners;
  using client = await RawClient.open(listeners?.urls[0] ?? "");
  assert.equal((await client.get("/readyz")).status, 500);
  assert.equal((await client.get("/healthz")).status, 200);
});
