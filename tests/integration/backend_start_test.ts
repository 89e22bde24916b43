import assert from "node:assert/strict";
import type { StartFailure } from "../../src/contract/directory.ts";
import { APP_ARGUMENTS, backendSite } from "../support/backend_site.ts";
import { expectFailure, expectTarget, waitForTarget } from "../support/backend_wait.ts";
import { eventually } from "../support/eventually.ts";
import { isRunning } from "../support/processes.ts";

/** Sockets are checked against processes on Linux alone. */
const LINUX = { ignore: Deno.build.os !== "linux" };

const FAILED_ONCE = ["1000 backend-attempt-failed", "1020 backend-start-failed"];
const FAILED_TWICE = ["1000 backend-attempt-failed", ...FAILED_ONCE];

function detail(failure: StartFailure, start: string): string | undefined {
  return failure.details.find((line) => line.startsWith(start));
}

async function get(port: number, path: string): Promise<string> {
  return await (await fetch(`http://127.0.0.1:${port}${path}`)).text();
}

Deno.test("a backend starts once for fifty requests, in its folder, with its environment (ANCM P-4, P-6)", async () => {
  await using site = await backendSite({ APP_DELAY_MS: "50", OWN: "mine" });
  const { directory } = site.backend;
  const targets = await Promise.all(Array.from({ length: 50 }, () => expectTarget(directory)));
  assert.equal(new Set(targets).size, 1);
  const { port = 0, token } = targets[0] ?? {};
  assert.ok(port >= 10_000 && port <= 48_000);
  const environment = JSON.parse(await get(port, "/env"));
  assert.equal(environment.ASPNETCORE_PORT, String(port));
  assert.equal(environment.ASPNETCORE_TOKEN, token);
  assert.equal(environment.ASPNETCORE_IIS_PHYSICAL_PATH, `${site.root}/`);
  assert.equal(environment.OWN, "mine");
  assert.equal(directory.current().starts, 1);
  assert.deepEqual(site.log.names(), ["1001 backend-started"]);
  if (Deno.build.os === "linux") {
    assert.equal(await Deno.readLink(`/proc/${site.pids()[0]}/cwd`), site.root);
  }
});

Deno.test("a client that leaves stops waiting, the start goes on", async () => {
  await using site = await backendSite({ APP_DELAY_MS: "100" });
  const leaver = new AbortController();
  const left = waitForTarget(site.backend.directory, leaver.signal);
  const stays = expectTarget(site.backend.directory);
  leaver.abort(new Error("gone"));
  await assert.rejects(left, /gone/);
  await stays;
});

Deno.test("a missing program is named, with where it was looked for, after one try (ANCM P-33)", async () => {
  await using site = await backendSite({}, { processPath: ".\\absent.exe", arguments: "--x" });
  const failure = await expectFailure(site.backend.directory);
  assert.equal(failure.code, "start-no-program");
  assert.equal(failure.message, 'Cannot run ".\\absent.exe": no such program was found');
  assert.deepEqual(failure.details, [
    `Looked for: ${site.root}/absent.exe, ${site.root}/absent, ${site.root}/absent.dll`,
    "processPath and arguments: .\\absent.exe --x",
    `Working folder: ${site.root}`,
  ]);
  assert.deepEqual(site.log.names(), FAILED_ONCE);
  assert.equal(site.log.find("backend-start-failed")?.facts?.code, "start-no-program");
});

Deno.test("a program that the system refuses to run is explained", LINUX, async () => {
  await using site = await backendSite({}, { processPath: "run", arguments: "" });
  const program = `${site.root}/run`;
  await Deno.writeTextFile(program, "#!/does/not/exist\n", { mode: 0o755 });
  const noInterpreter = await expectFailure(site.backend.directory);
  assert.equal(noInterpreter.code, "start-no-program");
  assert.match(noInterpreter.message, /interpreter that its first line names, does not exist$/);
  await Deno.writeTextFile(program, "\x7fELF nonsense", { mode: 0o755 });
  const noProgram = await expectFailure(site.backend.directory);
  assert.equal(noProgram.code, "start-exited");
  assert.match(noProgram.details[0] ?? "", /made for this system and processor$/);
});

Deno.test("a program that exits at once is tried twice, and shown with code and output (ANCM P-23, G-12)", async () => {
  const token = "secret-Token-1";
  await using site = await backendSite({
    APP_MODE: "exit",
    APP_EXIT_CODE: "3",
    APP_PRINT: `first\nmy token is ${token}`,
    ASPNETCORE_TOKEN: token,
  }, { arguments: `${APP_ARGUMENTS} --token=${token}` });
  const failure = await expectFailure(site.backend.directory);
  assert.equal(failure.code, "start-exited");
  assert.match(failure.message, /^".*" ended before it listened on port \d+: exit code 3$/);
  assert.deepEqual(failure.details.slice(-4), [
    "Exit code 3",
    "Last output:",
    "  first",
    "  my token is ********",
  ]);
  assert.equal(detail(failure, "Working"), `Working folder: ${site.root}`);
  assert.match(detail(failure, "Program:") ?? "", /^Program: \//);
  assert.deepEqual(site.log.names(), FAILED_TWICE);
  assert.equal(JSON.stringify([site.log.events, site.lines, failure]).includes(token), false);
  assert.deepEqual(site.lines.map(({ stream, text }) => `${stream} ${text}`), [
    "stdout first",
    "stdout my token is ********",
    "stdout first",
    "stdout my token is ********",
  ]);
});

Deno.test("a failed start shows the last 20 lines of output", async () => {
  const printed = Array.from({ length: 30 }, (_, i) => `line ${i}`);
  await using site = await backendSite({ APP_MODE: "exit", APP_PRINT: printed.join("\n") });
  const { details } = await expectFailure(site.backend.directory);
  assert.deepEqual(details.slice(details.indexOf("Last output:") + 1).map((l) => l.trim()), [
    ...printed.slice(-20),
  ]);
});

Deno.test("a backend inherits what it is given, and nothing of this process", async () => {
  const { PATH = "", HOME = "" } = Deno.env.toObject();
  await using site = await backendSite({}, {}, { hostEnvironment: { PATH, HOME, GIVEN: "1" } });
  const { port } = await expectTarget(site.backend.directory);
  const names = Object.keys(JSON.parse(await get(port, "/env")));
  const foreign = names.filter((name) => !/^(ASPNETCORE_\w+|PORT|HTTP_PLATFORM_PORT)$/.test(name));
  assert.deepEqual(foreign.sort(), ["GIVEN", "HOME", "PATH"]);
});

Deno.test("what is done otherwise than web.config says is said once", LINUX, async () => {
  const bin = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${bin}/dotnet`, "#!/bin/sh\nexit 1\n", { mode: 0o755 });
    await using site = await backendSite(
      {},
      { processPath: ".\\app.exe", arguments: "" },
      { hostEnvironment: { PATH: bin } },
    );
    await Deno.writeTextFile(`${site.root}/app.dll`, "MZ");
    await expectFailure(site.backend.directory);
    await expectFailure(site.backend.directory);
    const notes = site.log.events.filter(({ eventId }) => eventId === undefined);
    assert.deepEqual(notes.map(({ name }) => name), ["backend-command"]);
    assert.equal(
      notes[0]?.message,
      'Runs "dotnet app.dll" in place of ".\\app.exe": there is no such program',
    );
  } finally {
    await Deno.remove(bin, { recursive: true });
  }
});

Deno.test("a program that ends by a signal is shown so", LINUX, async () => {
  await using site = await backendSite({}, {
    processPath: "/bin/sh",
    arguments: '-c "kill -9 $$"',
  });
  const failure = await expectFailure(site.backend.directory);
  assert.match(failure.message, /: ended by SIGKILL$/);
});

Deno.test("a last line without an end is shown", LINUX, async () => {
  await using site = await backendSite({}, {
    processPath: "/bin/sh",
    arguments: '-c "printf half; exit 1"',
  });
  assert.equal((await expectFailure(site.backend.directory)).details.at(-1), "  half");
});

Deno.test("a .NET runtime that is missing is recognised by exit code 150", LINUX, async () => {
  await using site = await backendSite({}, { processPath: "dotnet", arguments: ".\\app.dll" });
  await Deno.writeTextFile(`${site.root}/dotnet`, "#!/bin/sh\nexit 150\n", { mode: 0o755 });
  const failure = await expectFailure(site.backend.directory);
  assert.match(failure.details[0] ?? "", /^The \.NET runtime version it needs is not installed/);
});

Deno.test("a program that never listens is given up after two tries, and ended (ANCM P-24, G-11)", async () => {
  await using site = await backendSite({ APP_MODE: "never" }, { startupTimeLimitMs: 1000 });
  const failure = await expectFailure(site.backend.directory);
  assert.equal(failure.code, "start-timeout");
  assert.match(failure.message, /^".*" did not listen on port \d+ within 1 s$/);
  assert.deepEqual(site.log.names(), FAILED_TWICE);
  assert.equal(site.pids().length, 2);
  assert.deepEqual(site.pids().filter(isRunning), []);
});

Deno.test(
  "a program that listens on another port is told so at once and in the end",
  LINUX,
  async () => {
    await using site = await backendSite({ APP_MODE: "elsewhere" }, { startupTimeLimitMs: 2500 });
    const failing = expectFailure(site.backend.directory);
    const said = await eventually(() => /^listens on (\d+)$/.exec(site.lines[0]?.text ?? "")?.[1]);
    const warned = await eventually(() => site.log.find("backend-listens-elsewhere"));
    assert.equal(warned.facts?.listeners, `127.0.0.1:${said}`);
    const failure = await failing;
    assert.equal(failure.code, "start-wrong-port");
    assert.match(
      failure.message,
      new RegExp(`listens on port ${said}, not on port \\d+ that it was`),
    );
    assert.equal(failure.details[0], `Listens on: 127.0.0.1:${said}`);
    assert.deepEqual(site.log.names(), [
      "1000 backend-listens-elsewhere",
      "- backend-waiting",
      ...FAILED_ONCE,
    ]);
    assert.match(
      site.log.find("backend-waiting")?.message ?? "",
      /^Waiting for backend \d+ to listen on port \d+ \(2 s of 2\.5 s\)$/,
    );
  },
);

Deno.test(
  "a program that listens on another port is used there where adoptPort says so",
  LINUX,
  async () => {
    await using site = await backendSite({ APP_MODE: "elsewhere" }, {
      handlerSettings: [{ name: "AdoptPort", value: "True" }],
    });
    const { port } = await expectTarget(site.backend.directory);
    assert.equal(site.lines[0]?.text, `listens on ${port}`);
    assert.equal(await get(port, "/"), "hello");
    assert.deepEqual(site.log.names().filter((name) => name !== "- backend-waiting"), [
      "1000 backend-listens-elsewhere",
      "- backend-port-adopted",
      "1001 backend-started",
    ]);
    assert.equal(site.log.find("backend-started")?.facts?.port, port);
    site.backend.directory.report(1, "refused");
    assert.equal(site.backend.directory.current().state, "ready");
    await site.backend.stop();
    assert.equal(site.log.find("backend-shutdown-answered")?.facts?.status, 202);
  },
);

/** A program that lets others listen on its port too. */
const SHARING =
  `Deno.listen({ port: Number(Deno.env.get("PORT")), hostname: "127.0.0.1", reusePort: true });
Deno.stdout.writeSync(new TextEncoder().encode("listens\\n"));
const [more] = Deno.args;
if (more) new Deno.Command(Deno.execPath(), { args: ["run", "-A", "--unstable-net", more] }).spawn();
setInterval(() => {}, 60_000);
`;

Deno.test(
  "a port that another program shares is never taken for the backend's (ANCM P-25)",
  LINUX,
  async () => {
    using thief = listenBelow(48_000, true);
    const port = String((thief.addr as Deno.NetAddr).port);
    await using site = await backendSite({ ASPNETCORE_PORT: port }, {
      arguments: "run -A --unstable-net sharing.ts",
    }, { probe: () => Promise.resolve(site.lines.length > 0) });
    await Deno.writeTextFile(`${site.root}/sharing.ts`, SHARING);
    const failure = await expectFailure(site.backend.directory);
    assert.equal(failure.code, "start-port-taken");
  },
);

Deno.test("processes of one backend may share its port", LINUX, async () => {
  await using site = await backendSite({}, {
    arguments: "run -A --unstable-net sharing.ts sharing.ts",
  }, { probe: () => Promise.resolve(site.lines.length > 1) });
  await Deno.writeTextFile(`${site.root}/sharing.ts`, SHARING);
  await expectTarget(site.backend.directory);
});

Deno.test(
  "a program that listens on ::1 alone is told where the host connects (ANCM P-22)",
  LINUX,
  async () => {
    await using site = await backendSite({ APP_MODE: "ipv6" }, { startupTimeLimitMs: 1500 });
    const failure = await expectFailure(site.backend.directory);
    const port = detail(failure, "Port:")?.slice(6);
    assert.equal(failure.code, "start-timeout");
    assert.equal(
      failure.details[0],
      `Listens on: [::1]:${port} (the host connects to 127.0.0.1:${port})`,
    );
  },
);

Deno.test(
  "a port that another program owns is never taken for the backend's (ANCM P-14, P-32)",
  LINUX,
  async () => {
    using other = listenBelow(48_000);
    const { port } = other.addr as Deno.NetAddr;
    await using site = await backendSite({ ASPNETCORE_PORT: String(port), APP_MODE: "never" });
    const failure = await expectFailure(site.backend.directory);
    assert.equal(failure.code, "start-port-taken");
    assert.match(
      failure.message,
      new RegExp(`^Port ${port} that ".*" was given belongs to another`),
    );
    assert.match(failure.details[0] ?? "", new RegExp(`^Listens there: process ${Deno.pid} \\("`));
    assert.deepEqual(site.log.names(), FAILED_TWICE);
    assert.deepEqual(site.pids().filter(isRunning), []);
  },
);

Deno.test(
  "a program that exits because its port is taken is explained by the port (ANCM P-11)",
  LINUX,
  async () => {
    using other = listenBelow(48_000);
    const port = String((other.addr as Deno.NetAddr).port);
    await using site = await backendSite({ ASPNETCORE_PORT: port }, {}, {
      probe: () => Promise.resolve(false),
    });
    assert.equal((await expectFailure(site.backend.directory)).code, "start-port-taken");
  },
);

Deno.test("a configured port out of range starts nothing (ANCM P-13, L-21)", async () => {
  await using site = await backendSite({ ASPNETCORE_PORT: "80" });
  const failure = await expectFailure(site.backend.directory);
  assert.equal(failure.code, "start-no-port");
  assert.deepEqual(site.log.names(), ["1001 backend-no-port", ...FAILED_ONCE]);
  assert.deepEqual(site.pids(), []);
});

Deno.test(
  "a launcher that starts the real server is fine, also when it ends (ANCM P-25, R-1)",
  LINUX,
  async () => {
    const script = `'${Deno.execPath()}' ${APP_ARGUMENTS.replaceAll('"', "'")} & sleep 1000`;
    await using site = await backendSite({}, {
      processPath: "/bin/sh",
      arguments: `-c "${script}"`,
    });
    const { port } = await expectTarget(site.backend.directory);
    const leader = site.pids()[0] ?? 0;
    Deno.kill(leader, "SIGKILL");
    await eventually(() => !isRunning(leader));
    assert.equal(await get(port, "/"), "hello");
    site.backend.directory.report(1, "broken");
    assert.equal(site.backend.directory.current().state, "ready");
  },
);

Deno.test("output of any size is read, and never stops the backend (ANCM L-6)", async () => {
  const bytes = 1_200_000;
  await using site = await backendSite({ APP_FLOOD: String(bytes) });
  await expectTarget(site.backend.directory);
  for (const stream of ["stdout", "stderr"]) {
    const isOf = (line: { stream: string; text: string }) =>
      line.stream === stream && line.text.startsWith("x");
    await eventually(() => site.lines.filter(isOf).length === Math.ceil(bytes / 100));
  }
});

Deno.test("stop() during a start ends it, and who waits is told (ANCM O-20)", LINUX, async () => {
  await using site = await backendSite({ APP_MODE: "never", APP_PRINT: "here", APP_CHILD: "1" });
  const waiting = waitForTarget(site.backend.directory);
  const child = await eventually(() => /^child (\d+)$/.exec(site.lines[1]?.text ?? "")?.[1]);
  const leader = site.lines[0]?.pid ?? 0;
  await site.backend.stop();
  const found = await waiting;
  assert.equal("state" in found && found.state, "closed");
  assert.deepEqual([leader, Number(child)].filter(isRunning), []);
});

/** Listens on a port that may be configured: the system's own choice may be too high. */
function listenBelow(limit: number, reusePort = false): Deno.Listener {
  const tooHigh: Deno.Listener[] = [];
  try {
    while (true) {
      const listener = Deno.listen({ hostname: "127.0.0.1", port: 0, reusePort });
      if ((listener.addr as Deno.NetAddr).port <= limit) return listener;
      tooHigh.push(listener);
    }
  } finally {
    for (const listener of tooHigh) listener.close();
  }
}
