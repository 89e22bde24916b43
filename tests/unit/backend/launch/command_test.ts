import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { resolveCommand, withPort } from "../../../../src/backend/launch/command.ts";
import { StartFault } from "../../../../src/backend/process/failure.ts";

/** Files of an app folder; `x` is executable, `MZ` a Windows program or assembly. */
type Files = Record<string, "x" | "MZ" | "MZ x" | "text" | { json: unknown }>;

interface Site {
  readonly root: string;
  /** Runs the command for it, paths below the folder as `$ROOT`. */
  resolve(processPath: string, args?: string): Promise<string[]>;
  refusal(processPath: string, args?: string): Promise<StartFault>;
  notes(processPath: string): Promise<readonly string[]>;
}

async function withSite(
  files: Files,
  test: (site: Site) => Promise<void>,
  environment: Record<string, string> = { PATH: "$ROOT/bin" },
): Promise<void> {
  const root = await Deno.realPath(await Deno.makeTempDir());
  try {
    for (const [name, kind] of Object.entries(files)) {
      const path = `${root}/${name}`;
      await Deno.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
      const text = typeof kind === "object"
        ? JSON.stringify(kind.json)
        : kind.startsWith("MZ")
        ? "MZ\x90"
        : "#!";
      await Deno.writeTextFile(path, text);
      await Deno.chmod(
        path,
        typeof kind === "string" && kind.includes("x") && kind !== "text" ? 0o755 : 0o644,
      );
    }
    const here = Object.entries(environment).map(([n, v]) => [n, v.replaceAll("$ROOT", root)]);
    const resolve = (processPath: string, args = "") =>
      resolveCommand({
        processPath,
        arguments: args,
        root: `${root}/app`,
        port: 20000,
        environment: Object.fromEntries(here),
        isWindows: false,
      });
    await test({
      root,
      async resolve(processPath, args) {
        const found = await resolve(processPath, args);
        return [found.path, ...found.args].map((text) => text.replaceAll(root, "$ROOT"));
      },
      async refusal(processPath, args) {
        const error = await resolve(processPath, args).then(() => undefined, (error) => error);
        assert.ok(error instanceof StartFault && error.code === "start-no-program", String(error));
        return error;
      },
      notes: async (processPath) => (await resolve(processPath)).notes,
    });
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

/** Temporary folders are the test's own; everything else is Windows' or not there. */
const POSIX = { ignore: Deno.build.os === "windows" };

Deno.test(
  "resolveCommand() runs the SDK's web.config unchanged (ANCM C-56, C-64)",
  POSIX,
  async () => {
    await withSite({ "bin/dotnet": "x", "app/MyApp.dll": "MZ" }, async ({ resolve }) => {
      assert.deepEqual(await resolve("dotnet", ".\\MyApp.dll"), [
        "$ROOT/bin/dotnet",
        "./MyApp.dll",
      ]);
      assert.deepEqual(await resolve("dotnet.exe", ".\\myapp.DLL --a=1"), [
        "$ROOT/bin/dotnet",
        "./MyApp.dll",
        "--a=1",
      ]);
      assert.deepEqual(await resolve("DotNet", "myapp.dll"), ["$ROOT/bin/dotnet", "MyApp.dll"]);
    });
  },
);

Deno.test(
  "resolveCommand() prefers a file of the app folder to the search path (ANCM C-53)",
  POSIX,
  async () => {
    await withSite({ "bin/dotnet": "x", "app/dotnet": "x" }, async ({ resolve }) => {
      assert.deepEqual(await resolve("dotnet"), ["$ROOT/app/dotnet"]);
    });
  },
);

Deno.test(
  "resolveCommand() looks for dotnet where it is installed, and lists where it looked",
  POSIX,
  async () => {
    const environment = {
      PATH: "$ROOT/none:relative:",
      DOTNET_ROOT: "$ROOT/net",
      HOME: "$ROOT/me",
    };
    await withSite({ "net/dotnet": "x" }, async ({ resolve }) => {
      assert.deepEqual(await resolve("dotnet"), ["$ROOT/net/dotnet"]);
      assert.deepEqual(await resolve("C:\\Program Files\\dotnet\\dotnet.exe"), [
        "$ROOT/net/dotnet",
      ]);
      assert.deepEqual(await resolve("%ProgramFiles%\\dotnet\\dotnet.exe"), ["$ROOT/net/dotnet"]);
    }, environment);
    await withSite({ "me/.dotnet/dotnet": "text" }, async ({ resolve, refusal, root }) => {
      const usual = ["share", "lib", "local/share"].map((folder) => `/usr/${folder}/dotnet/dotnet`);
      const installed = usual.find((path) => existsSync(path));
      if (installed !== undefined) return assert.deepEqual(await resolve("dotnet"), [installed]);
      const { message, details } = await refusal("dotnet");
      assert.match(message, /me\/\.dotnet\/dotnet" is not executable: run chmod \+x on it$/);
      const looked = [
        `${root}/app/dotnet`,
        `${root}/none/dotnet`,
        `${root}/net/dotnet`,
        ...usual,
        `${root}/me/.dotnet/dotnet`,
      ];
      assert.deepEqual(details, [`Looked for: ${looked.join(", ")}`]);
    }, environment);
  },
);

Deno.test("resolveCommand() takes app.exe for the app host of this system", POSIX, async () => {
  await withSite(
    { "app/app": "x", "app/app.dll": "MZ", "bin/dotnet": "x" },
    async ({ resolve }) => {
      assert.deepEqual(await resolve(".\\app.exe", "--a"), ["$ROOT/app/app", "--a"]);
      assert.deepEqual(await resolve("app.exe"), ["$ROOT/app/app"]);
      assert.deepEqual(await resolve("APP.EXE"), ["$ROOT/app/app"]);
    },
  );
});

Deno.test(
  "resolveCommand() runs app.dll by dotnet where app.exe is for Windows, and says so",
  POSIX,
  async () => {
    const files: Files = { "app/app.exe": "MZ x", "app/App.dll": "MZ", "bin/dotnet": "x" };
    await withSite(files, async ({ resolve, notes, root }) => {
      const expected = ["$ROOT/bin/dotnet", "$ROOT/app/App.dll", "-v"];
      assert.deepEqual(await resolve(".\\app.exe", "-v"), expected);
      assert.deepEqual(await notes(".\\app.exe"), [
        `Runs "dotnet App.dll" in place of ".\\app.exe": "${root}/app/app.exe" is a program for ` +
        "Windows: publish for this system",
      ]);
    });
  },
);

Deno.test(
  "resolveCommand() runs app.dll by dotnet where the app host lost its x bit",
  POSIX,
  async () => {
    const files: Files = { "app/app": "text", "app/app.dll": "MZ", "bin/dotnet": "x" };
    await withSite(files, async ({ resolve, notes }) => {
      assert.deepEqual(await resolve("./app"), ["$ROOT/bin/dotnet", "$ROOT/app/app.dll"]);
      assert.match((await notes("./app"))[0] ?? "", /app" is not executable: run chmod \+x on it$/);
    });
  },
);

Deno.test("resolveCommand() never runs a self-contained app by dotnet", POSIX, async () => {
  const files: Files = {
    "app/app": "text",
    "app/app.dll": "MZ",
    "app/app.runtimeconfig.json": { json: { runtimeOptions: { includedFrameworks: [] } } },
    "bin/dotnet": "x",
  };
  await withSite(files, async ({ refusal }) => {
    const { message, details } = await refusal(".\\app.exe");
    assert.match(message, /app\/app" is not executable: run chmod \+x on it$/);
    assert.match(details[0] ?? "", /needs its own program beside it/);
  });
});

Deno.test("resolveCommand() names what is missing when a file is no program", POSIX, async () => {
  const files: Files = { "app/run.sh": "text", "app/app.dll": "MZ x", "app/only.exe": "MZ x" };
  await withSite(files, async ({ refusal, root }) => {
    assert.equal(
      (await refusal("run.sh")).message,
      `Cannot run "run.sh": "${root}/app/run.sh" is not executable: run chmod +x on it`,
    );
    assert.match(
      (await refusal(".\\app.dll")).message,
      /is no program: processPath="dotnet" arguments="app\.dll" would be right$/,
    );
    assert.match((await refusal("only.exe")).message, /is a program for Windows: publish for this/);
    assert.match((await refusal("C:\\apps\\x.exe")).message, /it is a path of Windows; /);
    const absent = await refusal("bin\\absent");
    assert.equal(absent.message, 'Cannot run "bin\\absent": no such program was found');
    assert.deepEqual(absent.details, [
      `Looked for: ${root}/app/bin/absent, ${root}/app/bin/absent.dll`,
    ]);
  });
});

Deno.test("resolveCommand() says what an unresolved %LAUNCHER_PATH% means", POSIX, async () => {
  await withSite({}, async ({ refusal }) => {
    const { message, details } = await refusal("%LAUNCHER_PATH%", "%LAUNCHER_ARGS%");
    assert.match(message, /belongs to a source tree$/);
    assert.match(details[0] ?? "", /dotnet publish.*ANCM_LAUNCHER_PATH/);
  });
});

Deno.test(
  "resolveCommand() finds other programs below the folder, by full path and on the search path",
  POSIX,
  async () => {
    const files: Files = { "bin/node": "x", "app/tools/Serve": "x", "app/server.js": "text" };
    await withSite(files, async ({ resolve, root }) => {
      assert.deepEqual(await resolve("node", "server.js"), ["$ROOT/bin/node", "server.js"]);
      assert.deepEqual(await resolve("Node.exe"), ["$ROOT/bin/node"]);
      assert.deepEqual(await resolve(".\\tools\\serve"), ["$ROOT/app/tools/Serve"]);
      assert.deepEqual(await resolve(`${root}/bin/node`), ["$ROOT/bin/node"]);
    });
  },
);

Deno.test(
  "resolveCommand() forgives the case of a name only where one file fits",
  POSIX,
  async () => {
    await withSite({ "app/Serve": "x", "app/SERVE": "x" }, async ({ resolve, refusal }) => {
      assert.deepEqual(await resolve("./SERVE"), ["$ROOT/app/SERVE"]);
      await refusal("./serve");
    });
  },
);

Deno.test(
  "resolveCommand() turns backslashes only where the folder holds what is then named",
  POSIX,
  async () => {
    const files: Files = { "bin/p": "x", "app/conf/App.json": "text" };
    await withSite(files, async ({ resolve }) => {
      const args =
        ".\\conf\\app.json conf\\App.json --c=.\\conf\\app.json --d=conf\\ .\\none.json " +
        "a\\b \\conf\\app.json ..\\app\\conf C:\\conf CONF";
      assert.deepEqual((await resolve("p", args)).slice(1), [
        "./conf/App.json",
        "conf/App.json",
        "--c=./conf/App.json",
        "--d=conf/",
        ".\\none.json",
        "a\\b",
        "\\conf\\app.json",
        "conf",
        "C:\\conf",
        "CONF",
      ]);
    });
  },
);

Deno.test("withPort() fills in the port under each of its names, whatever their case", () => {
  assert.equal(
    withPort("%PORT% %aspnetcore_port% --p=%HTTP_PLATFORM_PORT% %PORTS%", 20000),
    "20000 20000 --p=20000 %PORTS%",
  );
});
