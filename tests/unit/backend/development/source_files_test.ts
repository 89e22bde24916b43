import assert from "node:assert/strict";
import {
  isSourceFolder,
  sourceFilter,
  type SourceKind,
} from "../../../../src/backend/development/source_files.ts";

const FILES: Readonly<Record<SourceKind, { yes: readonly string[]; no: readonly string[] }>> = {
  project: {
    yes: [
      "/a/Program.cs",
      "/a/A.csproj",
      "/a/Pages/Index.cshtml",
      "/a/App.RAZOR",
      "/a/appsettings.json",
    ],
    no: [
      "/a/Properties/launchSettings.json",
      "/a/README.md",
      "/a/app.log",
      "/a/.swp.cs",
      "/a/x.cs~",
    ],
  },
  published: {
    yes: ["/a/App.dll", "/a/App.deps.json", "/a/App.runtimeconfig.json", "/a/run"],
    no: ["/a/appsettings.json", "/a/App.pdb", "/a/web.config"],
  },
  other: {
    yes: ["/a/server.js", "/a/main.ts", "/a/app.py", "/a/package.json", "/a/run"],
    no: ["/a/notes.txt", "/a/data.db", "/a/.env.json"],
  },
};

for (const [kind, { yes, no }] of Object.entries(FILES)) {
  Deno.test(`sourceFilter() knows what matters to an application of kind "${kind}"`, () => {
    const isSource = sourceFilter(kind as SourceKind, ["/a/run"]);
    assert.deepEqual(yes.filter((path) => !isSource(path)), []);
    assert.deepEqual(no.filter(isSource), []);
  });
}

Deno.test("isSourceFolder() leaves out what is made, brought along, or served as it is", () => {
  const no = ["bin", "Obj", "node_modules", ".git", ".vs", "wwwroot", "__pycache__", ".venv"];
  assert.deepEqual(no.filter(isSourceFolder), []);
  assert.ok(["src", "Pages", "Controllers"].every(isSourceFolder));
});
