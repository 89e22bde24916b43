import assert from "node:assert/strict";
import {
  isPossibleName,
  isWithheldAt,
  judgeName,
} from "../../../../src/modules/static_files/file_name.ts";

const IMPOSSIBLE = [
  "/a//b.txt",
  "//a.txt",
  "/web.config::$DATA",
  "/a.txt:stream",
  "/C:/a.txt",
  "/a.txt.",
  "/a.txt ",
  "/a./b.txt",
  "/a /b.txt",
  "/.../a.txt",
  "/WEB~1.CON",
  "/progra~1/a.txt",
  "/a\u0000.txt",
  "/a\n.txt",
  "/a\\b.txt",
  "a.txt",
];

Deno.test("isPossibleName() refuses what NTFS takes for another name, and empty segments (IIS M-SC-8)", () => {
  assert.deepEqual(IMPOSSIBLE.filter(isPossibleName), []);
  const possible = ["/", "/a.txt", "/a/", "/a b.txt", "/.a", "/a~b.txt", "/%3a.txt", "/ä/ö.png"];
  assert.deepEqual(possible.filter((path) => !isPossibleName(path)), []);
});

const VERDICTS: Readonly<Record<string, readonly string[]>> = {
  withheld: [
    "/web.config",
    "/WEB.Config",
    "/sub/web.config",
    "/web.config/x",
    "/appsettings.json",
    "/appsettings.Production.json",
    "/App.dll",
    "/App.exe",
    "/App.pdb",
    "/App.deps.json",
    "/App.runtimeconfig.json",
  ],
  hidden: ["/.git/config", "/.env", "/a/.htaccess", "/.well-knownx/a", "/.well-known/.secret"],
  plain: [
    "/",
    "/a.txt",
    "/.well-known/acme-challenge/x",
    "/.well-known",
    "/downloads/setup.exe",
    "/data/appsettings.json",
    "/my.web.config.txt",
    "/site.webmanifest",
  ],
};

for (const [verdict, paths] of Object.entries(VERDICTS)) {
  for (const path of paths) {
    Deno.test(`judgeName() calls ${path} ${verdict} (IIS M-SC-8, M-RF-2)`, () => {
      assert.equal(judgeName(path), verdict);
    });
  }
}

Deno.test("isWithheldAt() sees where a link leads", () => {
  assert.equal(isWithheldAt("/web.config", "/a.txt"), true);
  assert.equal(isWithheldAt("/bin/a.txt", "/open/a.txt"), true);
  assert.equal(isWithheldAt("/Program.cs", "/a.txt"), true);
  assert.equal(isWithheldAt("/images/..2024_01/a.png", "/images/a.png"), false);
  // Asked for by its own name: whether that is allowed is for request filtering to say.
  assert.equal(isWithheldAt("/bin/a.txt", "/BIN/a.txt"), false);
  assert.equal(isWithheldAt("/bin", "/bin/"), false);
});
