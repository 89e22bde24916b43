import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { confinedTest, isAllowed } from "../support/confined_host.ts";
import {
  ADDRESS,
  type Container,
  type ContainerOptions,
  librariesOf,
  NEEDED,
  runContainer,
} from "../support/container.ts";
import { parseContainerfile, type Stage } from "../support/containerfile.ts";
import { hasDotnet, publishedApp } from "../support/dotnet.ts";
import { EXECUTABLE } from "../support/executable.ts";
import { descendantsOf, isRunning, variableOf } from "../support/executable_processes.ts";
import { manifests } from "../support/manifests.ts";
import { until } from "../support/executable_wait.ts";

const DEPLOY = fileURLToPath(new URL("../../deploy", import.meta.url));
const MADE = "/usr/local/bin/ancm-host";
const canRun = hasDotnet && Deno.build.os === "linux" && await isAllowed(NEEDED) &&
  await isAllowed(["curl", "--version"]);

async function lastStage(file: string): Promise<Stage> {
  const stage = parseContainerfile(await Deno.readTextFile(join(DEPLOY, file))).at(-1);
  assert.ok(stage);
  return stage;
}

/** Where .NET lies on this machine. */
async function dotnetRoot(): Promise<string> {
  const { stdout } = await new Deno.Command("dotnet", { args: ["--list-runtimes"] }).output();
  const [, shared] =
    /^Microsoft\.NETCore\.App 10\S* \[(.+)\/[^/]+\]$/m.exec(new TextDecoder().decode(stdout)) ?? [];
  assert.ok(shared);
  return dirname(shared);
}

/** What stands for the base image: the libraries that the executable and .NET need; no shell, no other program. */
async function baseFiles(dotnet: string, patterns: RegExp): Promise<string[]> {
  const native: string[] = [EXECUTABLE, join(dotnet, "dotnet")];
  for (const folder of ["shared/Microsoft.NETCore.App", "host/fxr"]) {
    for await (const version of Deno.readDir(join(dotnet, folder))) {
      const path = join(dotnet, folder, version.name);
      for await (const { name } of Deno.readDir(path)) {
        if (/^lib(coreclr|hostfxr|hostpolicy|System\.\w+)\.so$/.test(name)) {
          native.push(join(path, name));
        }
      }
    }
  }
  const libraries = await librariesOf(native);
  const folder = dirname(libraries.find((path) => path.includes("/libc.so.")) ?? "/lib/x");
  for await (const { name } of Deno.readDir(folder)) {
    if (patterns.test(name)) libraries.push(join(folder, name));
  }
  return libraries;
}

/** What HEALTHCHECK asks gives 0 as soon as the host is there, whatever state the backend is in. */
async function healthy(container: Container, stage: Stage): Promise<void> {
  let last = "";
  try {
    await until("health", async () => {
      const { code, out } = await container.exec(stage.health!.command);
      last = `${code}: ${out}`;
      return code === 0;
    });
  } catch (error) {
    throw new Error(`It never was healthy: ${last}\n${container.log.text}`, { cause: error });
  }
}

async function startedImage(
  file: string,
  more: Pick<ContainerOptions, "env" | "memory"> = {},
): Promise<{ container: Container; stage: Stage }> {
  const stage = await lastStage(file);
  const [app, dotnet] = [await publishedApp("example"), await dotnetRoot()];
  const isHostImage = file === "Containerfile";
  const container = await runContainer({
    ...more,
    stage,
    products: {
      "build:/src/dist/ancm-host": EXECUTABLE,
      [`host:${MADE}`]: EXECUTABLE,
      "publish:/out": app,
    },
    volumes: { [dotnet]: dotnet, ...(isHostImage ? { "/app": app } : {}) },
    // The base of the host's image has no ICU, and says so to .NET.
    base: await baseFiles(
      dotnet,
      isHostImage
        ? /^lib(ssl|crypto)\.so\.\d+$/
        : /^lib(ssl|crypto|icudata|icuuc|icui18n)\.so\.\d+$/,
    ),
  });
  return { container, stage };
}

for (const file of ["Containerfile", "examples/aspnetcore/Containerfile"]) {
  confinedTest(
    `${file}: as process 1, not root, on a read-only root: serves, is healthy, drains on SIGTERM`,
    canRun,
    async () => {
      const { container, stage } = await startedImage(file);
      await using _ = container;
      await healthy(container, stage);
      const url = `http://${ADDRESS}:${stage.ports[0]}`;
      assert.deepEqual(await container.curl(`${url}/`), {
        code: 0,
        out: "Hello from ASP.NET Core\n 200",
      });
      const init = await container.init();
      await isConfined(init, stage);
      assert.equal(await variableOf(init, "XDG_RUNTIME_DIR"), undefined);

      const inFlight = container.curl(`${url}/slow/2000`);
      await until(
        "the request at the backend",
        async () => (await container.curl(`${url}/slow/current`)).out === "1 200",
      );
      const all = [init, ...await descendantsOf(init)];
      assert.ok(all.length > 1);
      Deno.kill(init, stage.stopSignal as Deno.Signal);
      assert.deepEqual(await inFlight, { code: 0, out: "Waited 2000 ms\n 200" });
      assert.equal(await container.end(), 0, container.log.text);
      assert.equal(container.log.named("stopped").length, 1, container.log.text);
      for (const pid of all) assert.equal(await isRunning(pid), false);
    },
  );
}

confinedTest(
  "deployment.yaml: as the pod has it, the probes and the metrics are answered without a token",
  canRun,
  async () => {
    const pod = (await manifests()).find(({ kind }) => kind === "Deployment")?.value.spec.template;
    const [spec] = pod.spec.containers;
    const { container, stage } = await startedImage("examples/aspnetcore/Containerfile", {
      env: Object.fromEntries(
        spec.env.map(({ name, value }: { name: string; value: string }) => [name, value]),
      ),
      memory: Object.fromEntries(spec.volumeMounts.map(({ name, mountPath }: Mount) => {
        const { emptyDir } = pod.spec.volumes.find((one: Mount) => one.name === name);
        // So they are seen in a pod: one on the node's disk has no sticky bit.
        return [mountPath, emptyDir.medium === "Memory" ? "1777" : "0777"];
      })),
    });
    await using _ = container;
    await container.log.next("admin-listening");
    const admin = `http://${ADDRESS}:9000`;
    const answers = async (path: string) => (await container.curl(`${admin}${path}`)).out.slice(-3);
    assert.equal(await answers(spec.livenessProbe.httpGet.path), "200");
    assert.equal(await answers(spec.readinessProbe.httpGet.path), "200");
    const metrics = await container.curl(`${admin}/metrics`);
    assert.match(metrics.out, /^ancm_host_requests_in_flight 0$/m);
    assert.equal(await answers("/status"), "403");
    assert.equal((await container.curl(`http://${ADDRESS}:${stage.ports[0]}/`)).code, 0);
    const warnings = container.log.lines.filter(({ level, event }) =>
      // Without a shell nobody would end the backend if the host were killed; here the kernel does.
      level !== "info" && event !== "backend-unguarded"
    );
    assert.deepEqual(warnings, []);
    // What only the socket's folder could hold lies where the pod says.
    const init = await container.init();
    assert.equal(
      (await Deno.stat(`/proc/${init}/root/run/ancm-host/ancm-host`)).mode! & 0o777,
      0o700,
    );
    Deno.kill(init, "SIGTERM");
    assert.equal(await container.end(), 0, container.log.text);
  },
);

/** What names a volume. */
interface Mount {
  readonly name: string;
  readonly mountPath: string;
}

/** As `docker run --read-only --cap-drop ALL --security-opt no-new-privileges` would have it. */
async function isConfined(init: number, stage: Stage): Promise<void> {
  const status = await Deno.readTextFile(`/proc/${init}/status`);
  const of = (name: string) => new RegExp(`^${name}:\\s+(.+)$`, "m").exec(status)?.[1];
  const [uid, gid] = stage.user.split(":");
  assert.equal(of("Uid"), Array(4).fill(uid).join("\t"));
  assert.equal(of("Gid"), Array(4).fill(gid).join("\t"));
  assert.equal(of("NSpid")?.split("\t").at(-1), "1");
  assert.match(of("CapEff") ?? "", /^0+$/);
  assert.equal(of("NoNewPrivs"), "1");
  const mounts = await Deno.readTextFile(`/proc/${init}/mounts`);
  assert.match(mounts, /^\S+ \/ \S+ ro,/m);
}

confinedTest("Containerfile: the health command fails where no host answers", canRun, async () => {
  const { container, stage } = await startedImage("Containerfile");
  await using _ = container;
  await healthy(container, stage);
  const [program = "", ...args] = stage.health!.command;
  const elsewhere = args.map((arg) => arg === stage.workdir ? "/tmp" : arg);
  assert.equal((await container.exec([program, ...elsewhere])).code, 69);
});
