import assert from "node:assert/strict";
import { join } from "node:path";
import { main } from "../../src/cli/mod.ts";
import type { RecycleResult } from "../../src/contract/host_status.ts";
import { adminFace, adminStage, hostStatus, listenAdmin } from "../support/admin_stage.ts";
import { RawClient } from "../support/raw_client.ts";

const isUnix = Deno.build.os !== "windows";

function unixTest(name: string, fn: () => Promise<void>): void {
  Deno.test({ name, fn, ignore: !isUnix });
}

async function command(args: readonly string[], environment: Readonly<Record<string, string>>) {
  const [out, error]: [string[], string[]] = [[], []];
  const console = {
    out: (line: string) => void out.push(line),
    error: (line: string) => void error.push(line),
  };
  return { code: await main(args, environment, console), out, error: error.join("\n") };
}

unixTest("an admin socket has mode 0600, and takes the place of a dead host's", async () => {
  await using stage = await adminStage();
  // The file stays, as when a host is killed.
  Deno.listen({ transport: "unix", path: stage.socket }).close();
  const before = Deno.umask();
  await using _listeners = await listenAdmin(`http://unix:${stage.socket}`, adminFace());
  assert.equal(((await Deno.stat(stage.socket)).mode ?? 0) & 0o777, 0o600);
  assert.equal(Deno.umask(), before);
});

unixTest("an admin listener takes 16 connections and refuses one more", async () => {
  await using stage = await adminStage();
  const url = `http://unix:${stage.socket}`;
  await using _listeners = await listenAdmin(url, adminFace());
  using clients = new DisposableStack();
  for (let i = 0; i < 16; i++) {
    const client = clients.use(await RawClient.open(url));
    assert.equal((await client.get("/healthz")).status, 200);
  }
  using late = await RawClient.open(url);
  assert.equal((await late.answer()).status, 503);
});

unixTest("status finds the host of a folder by the folder's path", async () => {
  await using stage = await adminStage();
  const face = adminFace({ status: () => hostStatus({ appDir: stage.appDir }) });
  await using _listeners = await listenAdmin(`http://unix:${stage.socket}`, face);
  const { code, out } = await command(["status", join(stage.appDir, ".")], stage.environment);
  assert.equal(code, 0);
  assert.match(out[0] ?? "", /^ancm-host 1\.2\.3, process \d+, up 1 h 2 min$/);
  assert.equal(out[1], `  application    ${stage.appDir}`);
});

unixTest("status --json prints what the host says", async () => {
  await using stage = await adminStage();
  await using _listeners = await listenAdmin(`http://unix:${stage.socket}`, adminFace());
  const { code, out } = await command(["status", stage.appDir, "--json"], stage.environment);
  assert.equal(code, 0);
  assert.deepEqual(JSON.parse(out.join("\n")), hostStatus());
});

unixTest("status prints nothing that a terminal would obey", async () => {
  await using stage = await adminStage();
  const face = adminFace({ status: () => hostStatus({ appDir: "/srv/\x1b[2Japp\x9b1m" }) });
  await using _listeners = await listenAdmin(`http://unix:${stage.socket}`, face);
  const { out } = await command(["status", stage.appDir], stage.environment);
  assert.equal(out[1], "  application    /srv/ [2Japp 1m");
});

for (const name of ["status", "recycle", "stop"]) {
  unixTest(`${name} ends with 69 and says where it looked when no host runs`, async () => {
    await using stage = await adminStage();
    const { code, out, error } = await command([name, stage.appDir], stage.environment);
    assert.deepEqual([code, out], [69, []]);
    assert.ok(error.includes(`"http://unix:${stage.socket}"`), error);
    assert.match(
      error,
      /^ancm-host: No host of this user runs for ".+": .+ or name .*--admin URL$/,
    );
  });
}

unixTest("status does not talk to a socket in a folder that others may enter", async () => {
  await using stage = await adminStage();
  await using _listeners = await listenAdmin(`http://unix:${stage.socket}`, adminFace());
  await Deno.chmod(join(stage.socket, ".."), 0o755);
  const { code, error } = await command(["status", stage.appDir], stage.environment);
  assert.equal(code, 69);
  assert.match(error, /others may enter it/);
});

const OUTCOMES: [outcome: RecycleResult["outcome"], code: number][] = [
  ["switched", 0],
  ["idle", 0],
  ["kept", 75],
  ["failed", 75],
  ["given-up", 75],
];

for (const [outcome, expected] of OUTCOMES) {
  unixTest(`recycle ends with ${expected} when the host answers ${outcome}`, async () => {
    await using stage = await adminStage();
    const message = "As the host says";
    const face = adminFace({ recycle: () => Promise.resolve({ outcome, message }) });
    await using _listeners = await listenAdmin(`http://unix:${stage.socket}`, face);
    const { code, out, error } = await command(["recycle", stage.appDir], stage.environment);
    assert.deepEqual([code, out], [expected, [`${message} (${outcome})`]]);
    assert.equal(error, "Recycling the backend of /srv/app …");
    const json = await command(["recycle", stage.appDir, "--json"], stage.environment);
    assert.deepEqual([json.code, JSON.parse(json.out.join("\n"))], [expected, {
      outcome,
      message,
    }]);
    assert.equal(json.error, "");
  });
}

unixTest("recycle ends with 75 when the time is over, and says so", async () => {
  await using stage = await adminStage();
  const face = adminFace({ recycle: () => new Promise(() => {}) });
  await using _listeners = await listenAdmin(`http://unix:${stage.socket}`, face);
  const line = ["recycle", stage.appDir, "--timeout", "0.2"];
  const { code, error } = await command(line, stage.environment);
  assert.equal(code, 75);
  assert.match(error, /\nancm-host: Not done within 0\.2 s, and may go on/);
});

unixTest("stop waits until the host takes no commands any more", async () => {
  await using stage = await adminStage();
  const face = adminFace({ stop: () => void listeners.drain(AbortSignal.timeout(20_000)) });
  await using listeners = await listenAdmin(`http://unix:${stage.socket}`, face);
  const { code, out } = await command(["stop", stage.appDir], stage.environment);
  assert.equal(code, 0);
  assert.match(out.join("\n"), /^Stopped the host of \/srv\/app \(process \d+\)$/);
  const again = await command(["status", stage.appDir], stage.environment);
  assert.equal(again.code, 69);
});

unixTest("stop waits for the end of the process, too", async () => {
  await using stage = await adminStage();
  const child = new Deno.Command("sleep", { args: ["600"] }).spawn();
  const face = adminFace({
    status: () => hostStatus({ pid: child.pid }),
    async stop() {
      await listeners.drain(AbortSignal.timeout(20_000));
      // Well after the command has seen that nobody takes commands any more.
      setTimeout(() => child.kill(), 300);
    },
  });
  await using listeners = await listenAdmin(`http://unix:${stage.socket}`, face);
  let isGone = false;
  const gone = child.status.then(() => isGone = true);
  const { code, out } = await command(["stop", stage.appDir, "--json"], stage.environment);
  assert.deepEqual([code, isGone], [0, true]);
  await gone;
  assert.deepEqual(JSON.parse(out.join("")), { stopped: true, pid: child.pid });
});

unixTest("stop takes a host that was started meanwhile for another one", async () => {
  await using stage = await adminStage();
  let startedAt = "2026-01-01T00:00:00Z";
  const face = adminFace({
    status: () => hostStatus({ startedAt }),
    stop: () => startedAt = "2026-01-02T00:00:00Z",
  });
  await using _listeners = await listenAdmin(`http://unix:${stage.socket}`, face);
  const line = ["stop", stage.appDir, "--timeout", "20"];
  assert.equal((await command(line, stage.environment)).code, 0);
});

unixTest("stop ends with 75 when the host goes on for longer than the time", async () => {
  await using stage = await adminStage();
  const face = adminFace();
  await using _listeners = await listenAdmin(`http://unix:${stage.socket}`, face);
  const line = ["stop", stage.appDir, "--timeout", "0.3"];
  assert.equal((await command(line, stage.environment)).code, 75);
  assert.deepEqual(face.asked, ["stop the admin listener"]);
});

Deno.test("commands need the token of a host on TCP, and have it from a file", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const token = "0123456789abcdef";
    const face = adminFace({ token });
    await using listeners = await listenAdmin("http://127.0.0.1:0", face);
    const [admin = ""] = listeners.urls;
    const refused = await command(["status"], { ANCM_HOST_ADMIN: admin });
    assert.equal(refused.code, 70);
    assert.match(refused.error, /answered 401: This needs the token of --admin-token-file/);
    const file = join(folder, "token");
    await Deno.writeTextFile(file, `${token}\n`);
    const line = ["recycle", "--admin", admin, "--admin-token-file", file];
    const { code, error } = await command(line, {});
    assert.equal(code, 0, error);
    assert.deepEqual(face.asked, ["recycle the admin listener"]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("status ends with 70 where something else answers", async () => {
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    () => Response.json({ hello: 1 }),
  );
  const admin = `http://127.0.0.1:${server.addr.port}`;
  const { code, error } = await command(["status", "--admin", admin], {});
  assert.equal(code, 70);
  assert.match(error, /is no ancm-host/);
  await server.shutdown();
});

const WRONG: [args: string[], message: RegExp][] = [
  [
    ["status", "/nowhere-at-all"],
    /^ancm-host: Cannot find the application folder "\/nowhere-at-all"/,
  ],
  [["status", "--admin", "off"], /The admin listener is off/],
  [["status", "--admin", "https://127.0.0.1:1"], /the admin listener is http$/],
  [["stop", "--admin", "unix:/a"], /^ancm-host: Cannot ask "unix:\/a": give http:\/\/HOST:PORT/],
];

for (const [args, message] of WRONG) {
  Deno.test(`"${args.join(" ")}" is wrong usage`, async () => {
    const { code, error } = await command(args, {});
    assert.equal(code, 64);
    assert.match(error, message);
  });
}
