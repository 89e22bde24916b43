import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { inferApps, readConfig, webConfigText } from "../../../src/config/mod.ts";

type Files = Readonly<Record<string, string>>;

/** Makes a folder of these files; those that begin as programs do may be run. */
async function inFolder<T>(files: Files, act: (dir: string) => Promise<T>): Promise<T> {
  const dir = await Deno.makeTempDir();
  try {
    for (const [name, text] of Object.entries(files)) {
      const path = join(dir, name);
      await Deno.mkdir(dirname(path), { recursive: true });
      await Deno.writeTextFile(path, text, { mode: /^(?:#!|\x7fELF)/.test(text) ? 0o755 : 0o644 });
    }
    return await act(dir);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

/** What is found, one line each: kind, command, reason where asked for. */
function commandsOf(files: Files): Promise<string[]> {
  return inFolder(files, async (dir) => {
    const { candidates } = await inferApps(dir);
    return candidates.map((one) => `${one.kind}: ${one.processPath} ${one.arguments}`.trim());
  });
}

const PORT = "listen(process.env.PORT)";
const FRAMEWORK = JSON.stringify({ runtimeOptions: { framework: { name: "x" } } });
const MANAGE = 'os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings.prod")';
const pkg = (content: unknown) => JSON.stringify(content);

const CASES: [what: string, files: Files, commands: string[]][] = [
  [
    "a published .NET application, not its program",
    { "A.runtimeconfig.json": FRAMEWORK, "A.dll": "", "A": "\x7fELF", "createdump": "\x7fELF" },
    ["dotnet: dotnet ./A.dll"],
  ],
  [
    "each of two published ones",
    {
      "A.runtimeconfig.json": FRAMEWORK,
      "A.dll": "",
      "B.runtimeconfig.json": FRAMEWORK,
      "B.dll": "",
    },
    ["dotnet: dotnet ./A.dll", "dotnet: dotnet ./B.dll"],
  ],
  [
    "node behind a start script",
    { "package.json": pkg({ scripts: { start: "node --enable-source-maps dist/server.js" } }) },
    ["node: node --enable-source-maps dist/server.js"],
  ],
  [
    "npm for a start script that needs a shell",
    { "package.json": pkg({ scripts: { start: "NODE_ENV=production node server.js" } }) },
    ["node: npm start"],
  ],
  [
    "npm for a start script of another program",
    { "package.json": pkg({ scripts: { start: "next start" } }) },
    ["node: npm start"],
  ],
  [
    "the main file of a package",
    { "package.json": pkg({ main: "lib/my server.js" }), "lib/my server.js": PORT },
    ['node: node "lib/my server.js"'],
  ],
  ["server.js", { "package.json": "{}", "server.js": PORT }, ["node: node server.js"]],
  ["nothing in a package without a start", { "package.json": pkg({ main: "types.d.ts" }) }, []],
  [
    "the start task of Deno, comments in its file",
    { "deno.jsonc": '{ // tasks\n"tasks": { "start": "deno run -A server.ts" } }' },
    ["deno: deno run -A server.ts"],
  ],
  [
    "a start task that does more",
    { "deno.json": '{ "tasks": { "start": { "command": "build && deno run main.ts" } } }' },
    ["deno: deno task start"],
  ],
  [
    "main.ts of Deno",
    { "main.ts": "Deno.serve({ port: Number(Deno.env.get('PORT')) }, f)" },
    ["deno: deno run --no-prompt --allow-net --allow-env --allow-read main.ts"],
  ],
  [
    "main.ts that is served",
    { "deno.json": "{}", "main.ts": "export default { fetch: () => new Response() }" },
    [
      "deno: deno serve --host 127.0.0.1 --port %PORT% --no-prompt --allow-net --allow-env --allow-read main.ts",
    ],
  ],
  ["no Deno in a TypeScript package", { "package.json": "{}", "main.ts": "Deno.x" }, []],
  [
    "Django with gunicorn",
    {
      "manage.py": MANAGE,
      "shop/wsgi.py": "",
      "shop/asgi.py": "",
      "requirements.txt": "Gunicorn==23",
    },
    ["python: python3 -m gunicorn --bind 127.0.0.1:%PORT% shop.wsgi:application"],
  ],
  [
    "Django with uvicorn, in an environment of its own",
    {
      "manage.py": `#!/usr/bin/env python3\n${MANAGE}`,
      "shop/wsgi.py": "",
      "shop/asgi.py": "",
      "pyproject.toml": 'dependencies = ["uvicorn[standard]>=0.30"]',
      ".venv/bin/python3": "",
    },
    [
      "python: ./.venv/bin/python3 -m uvicorn --host 127.0.0.1 --port %PORT% shop.asgi:application",
    ],
  ],
  [
    "Django without a server",
    { "manage.py": MANAGE, "requirements.txt": "django # not gunicorn\nuvicorn-worker" },
    ["python: python3 manage.py runserver --noreload 127.0.0.1:%PORT%"],
  ],
  [
    "FastAPI with uvicorn",
    { "main.py": "api: FastAPI = FastAPI(title='x')", "requirements.txt": "fastapi\nuvicorn" },
    ["python: python3 -m uvicorn --host 127.0.0.1 --port %PORT% main:api"],
  ],
  [
    "Flask with waitress",
    { "app.py": "from flask import Flask\napp = Flask(__name__)", "requirements.txt": "waitress" },
    ["python: python3 -m waitress --listen=127.0.0.1:%PORT% app:app"],
  ],
  [
    "Flask without a server",
    { "app.py": "import flask\nweb = flask.Flask(__name__)" },
    ["python: python3 -m flask --app app run --host 127.0.0.1 --port %PORT%"],
  ],
  [
    "a program in Python",
    { "app.py": "app = Flask(__name__)\nif __name__ == '__main__': app.run(port=PORT)" },
    ["python: python3 app.py"],
  ],
  ["the one executable", { "shop": "\x7fELF", "libshop.so.1": "\x7fELF" }, ["executable: ./shop"]],
  ["a script", { "start.sh": "#!/bin/sh", "README.md": "" }, ["executable: ./start.sh"]],
  ["none of several executables", { "one": "#!/bin/sh", "two": "#!/bin/sh" }, []],
  ["no executable that nobody may run", { "shop": "ELF" }, []],
  ["nothing in an empty folder", {}, []],
  [
    "one of each",
    { "server.js": PORT, "main.ts": "Deno.serve(PORT)", "app.py": "PORT", "run": "#!/bin/sh" },
    [
      "node: node server.js",
      "deno: deno run --no-prompt --allow-net --allow-env --allow-read main.ts",
      "python: python3 app.py",
      "executable: ./run",
    ],
  ],
];

for (const [what, files, commands] of CASES) {
  Deno.test({
    name: `inferApps() finds ${what}`,
    ignore: Deno.build.os === "windows",
    fn: async () => assert.deepEqual(await commandsOf(files), commands),
  });

  if (commands.length > 0) {
    Deno.test({
      name: `webConfigText() of ${what} is read without a problem`,
      ignore: Deno.build.os === "windows",
      fn: () =>
        inFolder(files, async (dir) => {
          for (const candidate of (await inferApps(dir)).candidates) {
            await Deno.writeTextFile(join(dir, "web.config"), webConfigText(candidate));
            const { config, problems } = await readConfig(dir, { environment: {} });
            assert.deepEqual(problems, []);
            assert.equal(config?.aspNetCore.processPath, candidate.processPath);
            assert.equal(config?.aspNetCore.arguments, candidate.arguments);
          }
        }),
    });
  }
}

const HINTS: [what: string, files: Files, hint: RegExp][] = [
  ["how a source tree is served", { "Shop.csproj": "" }, /dotnet publish.*run --watch/],
  ["which server is missing", { "main.py": "app = FastAPI()" }, /add uvicorn or hypercorn to/],
  [
    "several programs",
    { "one": "#!/bin/sh", "two": "#!/bin/sh" },
    /Several programs: "one", "two"/,
  ],
  ["a publish without its dll", { "A.runtimeconfig.json": FRAMEWORK }, /^"A.*: No "A.dll" beside/],
];

for (const [what, files, hint] of HINTS) {
  Deno.test(`inferApps() tells ${what}`, async () => {
    const { candidates, hints } = await inFolder(files, inferApps);
    assert.deepEqual(candidates, []);
    assert.match(hints.join("\n"), hint);
  });
}

const NOTES: [what: string, files: Files, note: RegExp | undefined][] = [
  ["that a program does not read its port", { "server.js": "listen(3000)" }, /no variable PORT/],
  ["nothing where it does", { "server.js": PORT }, undefined],
  ["that a server is for development", { "app.py": "app = Flask()" }, /meant for development/],
];

for (const [what, files, note] of NOTES) {
  Deno.test(`inferApps() notes ${what}`, async () => {
    const { candidates } = await inFolder(files, inferApps);
    const notes = candidates.flatMap(({ notes }) => notes).join("\n");
    if (note) assert.match(notes, note);
    else assert.equal(notes, "");
  });
}

Deno.test("inferApps() gives the web.config that is there, and why a folder cannot be read", async () => {
  const { webConfig } = await inFolder({ "Web.Config": "" }, inferApps);
  assert.equal(webConfig, "Web.Config");
  const { root, hints } = await inferApps("/nowhere/at/all");
  assert.equal(root, undefined);
  assert.match(
    hints.join(),
    /nowhere\/at\/all: Cannot read the application folder: there is nothing/,
  );
});

Deno.test("webConfigText() escapes what XML would take for its own", async () => {
  const text = await inFolder({
    "server.js": PORT,
    "package.json": pkg({ main: 'a&<"b">.js' }),
    'a&<"b">.js': PORT,
  }, async (dir) => {
    const [candidate] = (await inferApps(dir)).candidates;
    assert.ok(candidate);
    await Deno.writeTextFile(join(dir, "web.config"), webConfigText(candidate));
    const { config } = await readConfig(dir, { environment: {} });
    return config?.aspNetCore.arguments;
  });
  assert.equal(text, '"a&<\\"b\\">.js"');
});
