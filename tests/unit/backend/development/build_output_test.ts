import assert from "node:assert/strict";
import { BuildOutput } from "../../../../src/backend/development/_build_output.ts";

const ERROR = "/a/P.cs(3,5): error CS1002: ; expected [/a/A.csproj]";
const WARNING =
  "/a/P.cs(4,1): warning CS0168: x is never used [/a/A.csproj::TargetFramework=net10.0]";

function outputOf(...lines: string[]): BuildOutput {
  const output = new BuildOutput();
  for (const line of lines) output.take(line);
  return output;
}

Deno.test("BuildOutput gives each error and warning once, without the project behind it", () => {
  const output = outputOf(
    "  Restored /a/A.csproj",
    ERROR,
    WARNING,
    "",
    "Build FAILED.",
    ERROR,
    WARNING,
  );
  assert.deepEqual(output.events(), [
    { level: "error", name: "build-error", message: "/a/P.cs(3,5): error CS1002: ; expected" },
    {
      level: "warning",
      name: "build-warning",
      message: "/a/P.cs(4,1): warning CS0168: x is never used",
    },
  ]);
  assert.equal(output.sum(), "1 error");
  assert.deepEqual(output.reasons(), ["/a/P.cs(3,5): error CS1002: ; expected"]);
});

Deno.test("BuildOutput knows errors of MSBuild and NuGet, and takes no summary for one", () => {
  const output = outputOf(
    "MSBUILD : error MSB1003: Specify a project",
    "/a/A.csproj : error NU1101: Unable to find package X",
    "    2 Error(s)",
    "    error-prone: not one",
  );
  assert.equal(output.sum(), "2 errors");
});

Deno.test("BuildOutput gives the last lines where nothing says what is wrong", () => {
  const output = outputOf(...Array.from({ length: 20 }, (_, i) => `line ${i}`));
  assert.equal(output.sum(), "dotnet build failed");
  assert.deepEqual(output.reasons(), output.tail());
  assert.deepEqual([output.tail().length, output.tail().at(-1)], [12, "line 19"]);
});

Deno.test("BuildOutput keeps so many messages and no more", () => {
  const output = outputOf(...Array.from({ length: 200 }, (_, i) => `P.cs(${i},1): error CS1: no`));
  assert.equal(output.events().length, 50);
  assert.equal(output.sum(), "50 or more errors");
});
