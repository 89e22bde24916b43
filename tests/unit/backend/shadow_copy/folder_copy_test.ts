import { deepStrictEqual, ok, rejects, strictEqual } from "node:assert/strict";
import { copyFolder, isWithin } from "../../../../src/backend/shadow_copy/_folder_copy.ts";

const UNIX = { ignore: Deno.build.os === "windows" };

/** A folder `app` to copy into the empty folder `copy`, side by side. */
async function folders() {
  const dir = await Deno.realPath(await Deno.makeTempDir());
  const [from, to] = [`${dir}/app`, `${dir}/copy`];
  await Deno.mkdir(from);
  await Deno.mkdir(to);
  return {
    dir,
    from,
    to,
    copy: (isOmitted = (_path: string) => false, signal?: AbortSignal) =>
      copyFolder({ from, to, isOmitted, signal }),
    async [Symbol.asyncDispose]() {
      await Deno.remove(dir, { recursive: true });
    },
  };
}

Deno.test("copyFolder() keeps content, modes and times of files and folders", UNIX, async () => {
  await using at = await folders();
  const time = new Date(2020, 1, 2, 3, 4, 5);
  await Deno.mkdir(`${at.from}/sub/empty`, { recursive: true });
  await Deno.writeTextFile(`${at.from}/run`, "#!/bin/sh");
  await Deno.writeTextFile(`${at.from}/sub/secret`, "shh");
  await Deno.chmod(`${at.from}/run`, 0o755);
  await Deno.chmod(`${at.from}/sub/secret`, 0o400);
  await Deno.chmod(`${at.from}/sub`, 0o750);
  await Deno.chmod(at.from, 0o711);
  for (const name of ["run", "sub/secret", "sub", ""]) {
    await Deno.utime(`${at.from}/${name}`, time, time);
  }
  deepStrictEqual(await at.copy(), { files: 2, bytes: 12 });
  strictEqual(await Deno.readTextFile(`${at.to}/run`), "#!/bin/sh");
  ok((await Deno.stat(`${at.to}/sub/empty`)).isDirectory);
  for (const [name, mode] of [["run", 0o755], ["sub/secret", 0o400], ["sub", 0o750], ["", 0o711]]) {
    const stat = await Deno.stat(`${at.to}/${name}`);
    strictEqual((stat.mode ?? 0) & 0o777, mode, String(name));
    strictEqual(stat.mtime?.getTime(), time.getTime(), String(name));
  }
});

Deno.test("copyFolder() shares no file with what it copies", async () => {
  await using at = await folders();
  await Deno.writeTextFile(`${at.from}/a.dll`, "old");
  await at.copy();
  await Deno.writeTextFile(`${at.from}/a.dll`, "new");
  strictEqual(await Deno.readTextFile(`${at.to}/a.dll`), "old");
});

Deno.test(
  "copyFolder() turns links within the folder to the copy, and follows none outside",
  UNIX,
  async () => {
    await using at = await folders();
    await Deno.mkdir(`${at.from}/..data`);
    await Deno.mkdir(`${at.dir}/shared`);
    await Deno.writeTextFile(`${at.from}/..data/settings`, "inside");
    await Deno.writeTextFile(`${at.dir}/shared/big`, "outside");
    await Deno.symlink("..data/settings", `${at.from}/relative`);
    await Deno.symlink(`${at.from}/..data`, `${at.from}/absolute`);
    await Deno.symlink("../shared", `${at.from}/uploads`);
    await Deno.symlink("nowhere", `${at.from}/dangling`);
    await Deno.symlink(".", `${at.from}/..data/self`);
    deepStrictEqual(await at.copy(), { files: 1, bytes: 6 });
    strictEqual(await Deno.realPath(`${at.to}/relative`), `${at.to}/..data/settings`);
    strictEqual(await Deno.realPath(`${at.to}/absolute`), `${at.to}/..data`);
    strictEqual(await Deno.realPath(`${at.to}/uploads`), `${at.dir}/shared`);
    strictEqual(await Deno.realPath(`${at.to}/..data/self`), `${at.to}/..data`);
    strictEqual(await Deno.readLink(`${at.to}/dangling`), "nowhere");
  },
);

Deno.test(
  "copyFolder() leaves behind what it is told to, with all in it, and links to that lead there still",
  UNIX,
  async () => {
    await using at = await folders();
    await Deno.mkdir(`${at.from}/copies/0`, { recursive: true });
    await Deno.writeTextFile(`${at.from}/copies/0/a`, "");
    await Deno.writeTextFile(`${at.from}/kept`, "");
    await Deno.symlink("copies", `${at.from}/link`);
    await at.copy((path) => isWithin(`${at.from}/copies`, path));
    const names = (await Array.fromAsync(Deno.readDir(at.to))).map(({ name }) => name).sort();
    deepStrictEqual(names, ["kept", "link"]);
    strictEqual(await Deno.realPath(`${at.to}/link`), `${at.from}/copies`);
  },
);

Deno.test("copyFolder() names the file that cannot be copied", async () => {
  await using at = await folders();
  await Deno.mkdir(`${at.from}/sub`);
  await Deno.writeTextFile(`${at.from}/sub/file`, "x");
  await Deno.mkdir(`${at.to}/sub`); // in the way
  await rejects(at.copy(), (error: Error) => error.message.startsWith(`"${at.to}/sub": `));
});

Deno.test("copyFolder() ends when it is told to", async () => {
  await using at = await folders();
  await Deno.writeTextFile(`${at.from}/file`, "x");
  await rejects(at.copy(undefined, AbortSignal.abort(new Error("enough"))), /enough/);
  deepStrictEqual(await Array.fromAsync(Deno.readDir(at.to)), []);
});

Deno.test("copyFolder() passes over what vanishes meanwhile", async () => {
  await using at = await folders();
  await Deno.writeTextFile(`${at.from}/a`, "x");
  await Deno.writeTextFile(`${at.from}/b`, "x");
  let isFirst = true;
  const count = await at.copy((path) => {
    if (isFirst) Deno.removeSync(path);
    return isFirst = false;
  });
  deepStrictEqual(count, { files: 1, bytes: 1 });
});

const WITHIN: readonly (readonly [path: string, isWithin: boolean])[] = [
  ["/srv/app", true],
  ["/srv/app/x", true],
  ["/srv/app/..data", true],
  ["/srv/application", false],
  ["/srv", false],
  ["/", false],
];

for (const [path, expected] of WITHIN) {
  Deno.test(`isWithin() is ${expected} for ${path} and /srv/app`, UNIX, () => {
    strictEqual(isWithin("/srv/app", path), expected);
  });
}
