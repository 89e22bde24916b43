import assert from "node:assert/strict";
import { adminSocket, runtimeFolders, runtimeName } from "../../../src/contract/runtime_folder.ts";

const CASES: [environment: Record<string, string>, uid: number | null, folders: string[]][] = [
  [{}, 1000, ["/tmp/ancm-host-1000"]],
  [{ XDG_RUNTIME_DIR: "/run/user/7" }, 7, ["/run/user/7/ancm-host", "/tmp/ancm-host-7"]],
  [{ XDG_RUNTIME_DIR: "/run/user/7/" }, 7, ["/run/user/7/ancm-host", "/tmp/ancm-host-7"]],
  [{ XDG_RUNTIME_DIR: "run" }, 0, ["/tmp/ancm-host-0"]],
  [{ XDG_RUNTIME_DIR: "", TMPDIR: "" }, 0, ["/tmp/ancm-host-0"]],
  [{ TMPDIR: "/var/tmp/" }, 0, ["/var/tmp/ancm-host-0"]],
  [{ TMPDIR: "tmp" }, 0, ["/tmp/ancm-host-0"]],
  [{ TMPDIR: "/var/tmp" }, null, ["/var/tmp/ancm-host"]],
];

for (const [environment, uid, folders] of CASES) {
  Deno.test(`runtimeFolders() with ${JSON.stringify(environment)} for user ${uid}`, () => {
    assert.deepEqual(runtimeFolders(environment, uid), folders);
  });
}

Deno.test("runtimeName() is the beginning of the path's SHA-256", async () => {
  assert.equal(await runtimeName("/srv/app"), "dae668e4084f");
  assert.match(await runtimeName("/srv/äpp"), /^[0-9a-f]{12}$/);
});

Deno.test("adminSocket() names a socket in the folder, another for each application", async () => {
  const folder = "/run/user/7/ancm-host";
  assert.equal(await adminSocket(folder, "/srv/app"), `${folder}/dae668e4084f.sock`);
  assert.notEqual(await adminSocket(folder, "/srv/app"), await adminSocket(folder, "/srv/app2"));
});
