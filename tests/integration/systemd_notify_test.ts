import assert from "node:assert/strict";
import { join } from "node:path";
import { systemClock } from "../../src/contract/clock.ts";
import { systemdNotify } from "../../src/observe/systemd_notify.ts";
import { eventLog } from "../support/events.ts";
import { runIfInstalled } from "../support/programs.ts";

const isLinux = Deno.build.os === "linux";

function notifyAt(address: string, environment: Record<string, string> = {}) {
  const log = eventLog();
  const notify = systemdNotify({
    environment: { NOTIFY_SOCKET: address, ...environment },
    pid: Deno.pid,
    clock: systemClock,
    report: log.report,
  });
  return { log, notify };
}

Deno.test({
  name: "systemdNotify() sends to the path of a socket what systemd reads there",
  ignore: !isLinux,
  async fn() {
    const folder = await Deno.makeTempDir();
    const path = join(folder, "notify");
    const socket = Deno.listenDatagram({ transport: "unixpacket", path });
    const text = async () => new TextDecoder().decode((await socket.receive())[0]);
    try {
      const { log, notify } = notifyAt(path, { WATCHDOG_USEC: "20000" });
      notify?.ready(["http://127.0.0.1:1"]);
      assert.equal(
        await text(),
        `READY=1\nSTATUS=Serving on http://127.0.0.1:1\nMAINPID=${Deno.pid}`,
      );
      assert.equal(await text(), "WATCHDOG=1");
      notify?.reloading();
      let reloading = await text();
      while (reloading === "WATCHDOG=1") reloading = await text();
      const [, microseconds] = /^RELOADING=1\nMONOTONIC_USEC=(\d+)$/.exec(reloading) ?? [];
      const [uptime = ""] = (await Deno.readTextFile("/proc/uptime")).split(" ");
      assert.ok(Number(microseconds) > 0 && Number(microseconds) / 1e6 <= Number(uptime) + 1);
      assert.deepEqual(log.names(), []);
      notify?.[Symbol.dispose]();
    } finally {
      socket.close();
      await Deno.remove(folder, { recursive: true });
    }
  },
});

/** Takes one message under a name without a file, and prints it. */
const RECEIVER = `
import socket, subprocess, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind("\\0" + sys.argv[1])
s.settimeout(20)
subprocess.run(sys.argv[2:], check=True)
print(s.recv(4096).decode())
`;

const SENDER = `
import { systemdNotify } from ${
  JSON.stringify(import.meta.resolve("../../src/observe/systemd_notify.ts"))
};
systemdNotify({
  environment: { NOTIFY_SOCKET: "@" + Deno.args[0] },
  pid: 42,
  clock: {},
  report: (event) => { throw new Error(event.message) },
})?.ready([]);
`;

Deno.test({
  name: "systemdNotify() sends to a name without a file",
  ignore: !isLinux,
  async fn() {
    const folder = await Deno.makeTempDir();
    try {
      const sender = join(folder, "sender.ts");
      await Deno.writeTextFile(sender, SENDER);
      const name = `ancm-host-test-${crypto.randomUUID()}`;
      const run = [Deno.execPath(), "run", "-A", "--no-check", "--quiet", sender, name];
      const printed = await runIfInstalled("python3", "-c", RECEIVER, name, ...run);
      if (!printed) return;
      assert.equal(printed.code, 0, printed.error);
      assert.match(printed.out, /^READY=1\n/);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});

Deno.test("systemdNotify() warns where nobody takes its messages", { ignore: !isLinux }, () => {
  const { log, notify } = notifyAt("/no/such/socket");
  notify?.ready([]);
  notify?.[Symbol.dispose]();
  assert.match(
    log.find("systemd-not-told")?.message ?? "",
    /nobody takes messages at "\/no\/such\/socket"$/,
  );
});
