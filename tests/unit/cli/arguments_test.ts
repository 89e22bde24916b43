import assert from "node:assert/strict";
import { nearest, optionOf, parseCommandLine, UsageError } from "../../../src/cli/arguments.ts";

const parse = (args: string[], environment: Record<string, string> = {}) =>
  parseCommandLine(args, environment);

Deno.test("parseCommandLine() takes run and the current folder when nothing is said", () => {
  const line = parse([]);
  assert.equal(line.command, "run");
  assert.equal(line.appDir, ".");
  assert.equal(optionOf(line, "drain-time"), "15");
  assert.equal(optionOf(line, "log-format"), undefined);
});

Deno.test("parseCommandLine() takes a lone folder as what to run", () => {
  assert.equal(parse(["./site"]).appDir, "./site");
  assert.deepEqual(parse(["validate", "run"]).command, "validate");
  assert.deepEqual(parse(["validate", "run"]).appDir, "run");
});

Deno.test("parseCommandLine() lets a flag beat a variable and a variable beat the default", () => {
  const environment = { ANCM_HOST_PATH_BASE: "/v", ANCM_HOST_LOG_LEVEL: "debug" };
  const line = parse(["--path-base", "/f"], environment);
  assert.equal(optionOf(line, "path-base"), "/f");
  assert.equal(optionOf(line, "log-level"), "debug");
});

Deno.test("parseCommandLine() gathers a repeated list option, and splits its variable at semicolons", () => {
  const flags = parse(["--listen", "http://a:1", "--listen=http://b:2"]);
  assert.deepEqual(flags.values.get("listen"), ["http://a:1", "http://b:2"]);
  const variable = parse([], { ANCM_HOST_LISTEN: "http://a:1; http://b:2;" });
  assert.deepEqual(variable.values.get("listen"), ["http://a:1", "http://b:2"]);
});

Deno.test("parseCommandLine() takes networks as a list, from flags and from the variable", () => {
  const flags = parse(["--trusted-proxy", "10.0.0.0/8", "--trusted-proxy=unix"]);
  assert.deepEqual(flags.values.get("trusted-proxy"), ["10.0.0.0/8", "unix"]);
  const variable = parse([], { ANCM_HOST_TRUSTED_PROXY: "fd00::/8;10.0.0.5" });
  assert.deepEqual(variable.values.get("trusted-proxy"), ["fd00::/8", "10.0.0.5"]);
});

Deno.test("parseCommandLine() takes a flag with and without a value", () => {
  assert.equal(optionOf(parse(["--preload"]), "preload"), "true");
  assert.equal(optionOf(parse(["--preload=false"]), "preload"), "false");
  assert.equal(optionOf(parse([], { ANCM_HOST_PRELOAD: "1" }), "preload"), "true");
});

Deno.test("parseCommandLine() gives the commands for a running host their own options", () => {
  const line = parse(["recycle", "site", "--json", "--timeout=5"], {
    ANCM_HOST_ADMIN: "http://127.0.0.1:9000",
    // Of run: nothing a running host could be asked for.
    ANCM_HOST_LISTEN: "http://a:1",
  });
  assert.deepEqual([line.command, line.appDir], ["recycle", "site"]);
  assert.equal(optionOf(line, "json"), "true");
  assert.equal(optionOf(line, "timeout"), "5");
  assert.equal(optionOf(line, "admin"), "http://127.0.0.1:9000");
  assert.equal(optionOf(line, "listen"), undefined);
});

Deno.test("parseCommandLine() finds no default for what is found at run time", () => {
  for (const command of ["run", "status"]) {
    assert.equal(optionOf(parse([command]), "admin"), undefined);
  }
  assert.equal(optionOf(parse(["stop"]), "timeout"), undefined);
});

const WRONG: [args: string[], environment: Record<string, string>, message: RegExp][] = [
  [["--lisen", "x"], {}, /^Unknown option "--lisen"; did you mean "--listen"\?$/],
  [
    ["--wholly-unlike"],
    {},
    /^Unknown option "--wholly-unlike"; "ancm-host help" lists the options$/,
  ],
  [["--path-base"], {}, /^Option "--path-base" needs a value: --path-base \/PATH$/],
  [["--path-base", "--preload"], {}, /^Option "--path-base" needs a value/],
  [
    ["--drain-time", "soon"],
    {},
    /^Cannot take "soon" for --drain-time: give seconds from 0 to 3600$/,
  ],
  [["--drain-time", "3601"], {}, /seconds from 0 to 3600/],
  [[], { ANCM_HOST_DRAIN_TIME: "-1" }, /^Cannot take "-1" for ANCM_HOST_DRAIN_TIME/],
  [["--log-format", "xml"], {}, /^Cannot take "xml" for --log-format: give text or json$/],
  [["--transport", "http2"], {}, /^Cannot take "http2" for --transport: give wire or fetch$/],
  [["--limit-fields", "0"], {}, /^Cannot take "0" for --limit-fields: give a number from 1 to/],
  [["--limit-head", "32k"], {}, /^Cannot take "32k" for --limit-head: give a number from 1 to/],
  [[], { ANCM_HOST_LIMIT_CONNECTIONS: "many" }, /^Cannot take "many" for ANCM_HOST_LIMIT_CONN/],
  [["--limit-idle-time", "2h"], {}, /^Cannot take "2h" for --limit-idle-time: give seconds/],
  [["--redirect-https=yes"], {}, /^Cannot take "yes" for --redirect-https: give true or false$/],
  [["--preload=maybe"], {}, /^Cannot take "maybe" for --preload: give true or false$/],
  [["--path-base", "shop"], {}, /^Cannot take "shop" for --path-base: give a path such as/],
  [["--path-base", "/a/../b"], {}, /^Cannot take "\/a\/..\/b" for --path-base/],
  [["--path-base", "/a%2fb"], {}, /^Cannot take/],
  [
    ["run", "--json"],
    {},
    /^Option "--json" is none of "run": it is one of validate, status, recycle, stop$/,
  ],
  [
    ["status", "--listen", "http://a:1"],
    {},
    /^Option "--listen" is none of "status": it takes --admin, --admin-token-file, --json, --timeout$/,
  ],
  [["stop", "--timeout", "-1"], {}, /^Cannot take "-1" for --timeout: give seconds/],
  [["status", "--jsn"], {}, /^Unknown option "--jsn"; did you mean "--json"\?$/],
  [["a", "b"], {}, /^Cannot take "b": one folder is served, and "a" was already named/],
];

for (const [args, environment, message] of WRONG) {
  Deno.test(`parseCommandLine() refuses ${JSON.stringify(args)} ${JSON.stringify(environment)}`, () => {
    assert.throws(
      () => parse(args, environment),
      (error) => error instanceof UsageError && message.test(error.message),
    );
  });
}

Deno.test("parseCommandLine() gives help and version before it minds anything else", () => {
  assert.equal(parse(["run", "--help"]).command, "help");
  assert.equal(parse(["-V"]).command, "version");
  assert.equal(parse(["a", "b", "c", "--help"]).command, "help");
});

Deno.test("parseCommandLine() takes the slash from the end of a path base", () => {
  assert.equal(optionOf(parse(["--path-base", "/shop/api/"]), "path-base"), "/shop/api");
  assert.equal(optionOf(parse(["--path-base", "/"]), "path-base"), "/");
});

Deno.test("nearest() finds a slip of the fingers and nothing far away", () => {
  assert.equal(nearest("lisen", ["listen", "preload"]), "listen");
  assert.equal(nearest("zzzzzz", ["listen", "preload"]), undefined);
});
