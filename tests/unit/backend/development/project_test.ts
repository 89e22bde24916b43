import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { findProject, isProjectFile } from "../../../../src/backend/development/project.ts";

async function projectIn(files: Readonly<Record<string, string>>, folder: string) {
  const root = await Deno.realPath(await Deno.makeTempDir());
  try {
    for (const [name, text] of Object.entries(files)) {
      await Deno.mkdir(dirname(join(root, name)), { recursive: true });
      await Deno.writeTextFile(join(root, name), text);
    }
    const found = await findProject(join(root, folder));
    return found && [found.file, ...found.folders].map((path) => path.slice(root.length + 1));
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

const refersTo = (path: string) => `<Project><ProjectReference Include="${path}" /></Project>`;

Deno.test("findProject() gives the folders of all projects it refers to, each once", async () => {
  const files = {
    "web/Web.csproj": refersTo("..\\lib\\Lib.csproj"),
    "lib/Lib.csproj": `${refersTo("../core/Core.fsproj")}${refersTo("$(Other)/X.csproj")}`,
    "core/Core.fsproj": refersTo("..\\lib\\Lib.csproj"),
  };
  assert.deepEqual(await projectIn(files, "web"), ["web/Web.csproj", "web", "lib", "core"]);
});

Deno.test("findProject() finds none where it has been published, or where there are several", async () => {
  const published = { "Web.csproj": "", "Web.runtimeconfig.json": "{}" };
  assert.equal(await projectIn(published, "."), undefined);
  assert.equal(await projectIn({ "A.csproj": "", "B.csproj": "" }, "."), undefined);
  assert.equal(await projectIn({ "server.js": "" }, "."), undefined);
  assert.equal(await projectIn({}, "nowhere"), undefined);
});

Deno.test("isProjectFile() knows what says how projects are built", () => {
  for (const name of ["/a/A.csproj", "/a/A.vbproj", "/a/Directory.Build.props", "/a/x.targets"]) {
    assert.ok(isProjectFile(name), name);
  }
  assert.ok(!isProjectFile("/a/Program.cs"));
});
