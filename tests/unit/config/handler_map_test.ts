import { ok, strictEqual } from "node:assert/strict";
import type { HandlerMapping } from "../../../src/config/app_config.ts";
import {
  handlerMatch,
  locationLookup,
  type ResourceKind,
} from "../../../src/config/handler_map.ts";
import { handlerPathTest } from "../../../src/config/_handler_path.ts";

function mapping(name: string, over: Partial<HandlerMapping> = {}): HandlerMapping {
  const modules = ["AspNetCoreModuleV2"];
  return { name, path: "*", verb: "*", modules, resourceType: "Unspecified", ...over };
}

function config(places: Readonly<Record<string, readonly HandlerMapping[]>>) {
  return {
    locations: Object.entries(places).map(([path, handlers]) => ({ path, handlers, sections: {} })),
  };
}

const nothing = (): ResourceKind => undefined;

Deno.test("handlerPathTest() fits paths as handlers do (ANCM H-3, IIS M-HD-7)", () => {
  const cases: [pattern: string, fits: string[], not: string[]][] = [
    ["*", ["/", "/a/b.c", ""], []],
    ["*.ashx", ["/a.ashx", "/x/A.ASHX", "/.ashx"], ["/a.ashx/b", "/a.ashxx", "/ashx"]],
    ["*.", ["/", "/a", "/a.b/c"], ["/a.b", "/a."]],
    ["health.txt", ["/health.txt", "/a/Health.TXT"], ["/xhealth.txt", "/health.txt/"]],
    ["api/*", ["/api/", "/API/x", "/api/x/y"], ["/api", "/x/api/y", "/apis/x"]],
    ["/api/*", ["/api/x"], ["/v1/api/x"]],
    ["/api", ["/api", "/Api"], ["/api/", "/x/api"]],
    ["*/edit", ["/edit", "/a/b/edit"], ["/edit/a", "/xedit"]],
    ["a*b*c", ["/abc", "/q/a1b2c", "/abbcc"], ["/acb", "/ab", "/xabc"]],
    ["aa*aa", ["/aaaa", "/aa.aa"], ["/aaa"]],
    ["a,b", ["/a,b"], ["/a", "/b"]],
    ["a?c", ["/a?c"], ["/abc"]],
    ["[x]+", ["/[x]+"], ["/x"]],
  ];
  for (const [pattern, fits, not] of cases) {
    const test = handlerPathTest(pattern);
    for (const path of fits) ok(test(path), `"${pattern}" fits "${path}"`);
    for (const path of not) ok(!test(path), `"${pattern}" does not fit "${path}"`);
  }
});

Deno.test("handlerMatch() takes the first handler whose path and verb fit (ANCM H-2, H-4, IIS M-HD-1)", async () => {
  const match = handlerMatch(
    config({
      "": [
        mapping("get", { verb: "GET, HEAD", path: "api/*" }),
        mapping("post", { verb: "POST" }),
        mapping("api", { path: "api/*" }),
      ],
    }),
    nothing,
  );
  strictEqual((await match("/api/x", "HEAD"))?.name, "get");
  strictEqual((await match("/api/x", "get"))?.name, "api"); // verbs have a case
  strictEqual((await match("/x", "POST"))?.name, "post");
  strictEqual(await match("/x", "GET"), undefined);
});

Deno.test("handlerMatch() looks in the deepest location that holds the path (ANCM H-7, IIS M-CF-2)", async () => {
  const match = handlerMatch(
    config({ "": [mapping("root")], "Admin": [mapping("admin")], "admin/a/b": [] }),
    nothing,
  );
  strictEqual((await match("/admin", "GET"))?.name, "admin");
  strictEqual((await match("/ADMIN/a/x", "GET"))?.name, "admin");
  strictEqual((await match("/admin/", "GET"))?.name, "admin");
  strictEqual(await match("/admin/a/b/c", "GET"), undefined);
  strictEqual((await match("/admins", "GET"))?.name, "root");
  strictEqual((await match("/x/admin", "GET"))?.name, "root");
  strictEqual((await match("/", "GET"))?.name, "root");
});

Deno.test("handlerMatch() lets slashes that repeat pass no handler by (ANCM H-3, IIS M-HD-7)", async () => {
  const handlers = [mapping("denied", { path: "/secret/*" }), mapping("all", { path: "*" })];
  const match = handlerMatch(config({ "": handlers }), nothing);
  for (const path of ["/secret/a", "//secret/a", "/secret//a"]) {
    strictEqual((await match(path, "GET"))?.name, "denied", path);
  }
});

Deno.test("handlerMatch() asks for the file only where a handler does (ANCM H-4, IIS M-HD-6)", async () => {
  const asked: string[] = [];
  const handlers = [
    mapping("file", { resourceType: "File", path: "*.png" }),
    mapping("folder", { resourceType: "Directory", path: "img*" }),
    mapping("either", { resourceType: "Either", path: "img*" }),
    mapping("last"),
  ];
  const kinds: Record<string, ResourceKind> = {
    "/a.png": "File",
    "/img": "Directory",
    "/img1": "File",
  };
  const kindOf = (path: string) => {
    asked.push(path);
    return kinds[path];
  };
  for (const look of [kindOf, (path: string) => Promise.resolve(kindOf(path))]) {
    const match = handlerMatch(config({ "": handlers }), look);
    strictEqual((await match("/a.png", "GET"))?.name, "file");
    strictEqual((await match("/none.png", "GET"))?.name, "last");
    strictEqual((await match("/img", "GET"))?.name, "folder");
    strictEqual((await match("/img1", "GET"))?.name, "either");
    asked.length = 0;
    strictEqual((await match("/x", "GET"))?.name, "last");
    strictEqual(asked.length, 0);
  }
});

Deno.test("handlerMatch() gives no promise where no file is looked at", () => {
  const match = handlerMatch(config({ "": [mapping("all")] }), nothing);
  ok(!(match("/", "GET") instanceof Promise));
});

Deno.test("locationLookup() gives the deepest place, the application where there is none (IIS M-CF-2)", () => {
  const at = locationLookup([["", 0], ["a", 1], ["a/b", 2]]);
  strictEqual(at("/A/b/c"), 2);
  strictEqual(at("/a/bc"), 1);
  strictEqual(at("/"), 0);
  strictEqual(locationLookup([["", 0]])("/a"), 0);
});

Deno.test("locationLookup() takes slashes that repeat for one: no place is passed by (IIS M-CF-2)", () => {
  const at = locationLookup([["", 0], ["a", 1], ["a/b", 2]]);
  for (const path of ["//a", "//a/x", "///a//x"]) strictEqual(at(path), 1, path);
  for (const path of ["/a//b", "//a/b/x", "/a///b//"]) strictEqual(at(path), 2, path);
  for (const path of ["//", "//x/a", "/x//a"]) strictEqual(at(path), 0, path);
});
