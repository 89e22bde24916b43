import assert from "node:assert/strict";
import { parse } from "yaml";
import { parseContainerfile } from "../../support/containerfile.ts";
import { SPARE_S, STOP_S } from "../../support/stop_times.ts";

const DEPLOY = new URL("../../../deploy/", import.meta.url);

function textOf(file: string): Promise<string> {
  return Deno.readTextFile(new URL(file, DEPLOY));
}

for (const file of ["Containerfile", "examples/aspnetcore/Containerfile"]) {
  Deno.test(`${file}: not root, no shell, drains on SIGTERM, tells its health`, async () => {
    const stage = parseContainerfile(await textOf(file)).at(-1);
    assert.ok(stage);
    // A name would not show Kubernetes that it is not root.
    assert.match(stage.user, /^[1-9]\d*:[1-9]\d*$/);
    assert.equal(stage.stopSignal, "SIGTERM");
    assert.deepEqual(stage.runs, []);
    assert.deepEqual(stage.ports, [8080]);
    assert.equal(stage.env["ANCM_HOST_LISTEN"], "http://*:8080");
    assert.deepEqual([...stage.entrypoint, ...stage.cmd], [
      "/usr/local/bin/ancm-host",
      "run",
      stage.workdir,
    ]);
    const health = stage.health?.command ?? [];
    assert.deepEqual(health.slice(0, 3), [stage.entrypoint[0], "status", stage.workdir]);
    // It has to give up by itself before the engine does.
    const patienceS = Number(health[health.indexOf("--timeout") + 1]);
    assert.ok(patienceS < parseInt(stage.health?.flags["timeout"] ?? ""));
  });
}

Deno.test("Containerfile.dockerignore lets exactly those files through that are copied", async () => {
  const [build] = parseContainerfile(await textOf("Containerfile"));
  const copied = build?.copies.flatMap(({ sources }) => sources) ?? [];
  const [everything, ...kept] = (await textOf("Containerfile.dockerignore")).trim().split("\n");
  assert.equal(everything, "*");
  assert.deepEqual(kept.sort(), copied.map((name) => `!${name}`).sort());
  for (const name of copied) await Deno.stat(new URL(`../${name}`, DEPLOY));
});

Deno.test("compose.yaml waits as long as a stop may take, and confines as the pod does", async () => {
  const { app } = parse(await textOf("compose.yaml"), { strict: true }).services;
  assert.equal(app.stop_grace_period, `${STOP_S + SPARE_S}s`);
  assert.equal(app.read_only, true);
  assert.deepEqual(app.cap_drop, ["ALL"]);
  assert.deepEqual(app.security_opt, ["no-new-privileges:true"]);
  // Without the sticky bit the host makes no folder of its own there.
  assert.match(app.tmpfs[0], /^\/tmp:mode=1777,/);
  await Deno.stat(new URL(`${app.build.context}/${app.build.dockerfile}`, DEPLOY));
});

Deno.test("parseContainerfile() refuses what only a shell could run, and what it does not know", () => {
  for (
    const line of ["RUN make", "CMD run /app", "ONBUILD RUN x", "COPY --chown=1 a b", "VOLUME /a"]
  ) {
    assert.throws(() => parseContainerfile(`FROM scratch\n${line}\n`), Error, line);
  }
  assert.throws(() => parseContainerfile("FROM ${NOTHING}\n"), /no ARG of that name/);
});
