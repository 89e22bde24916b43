import assert from "node:assert/strict";
import { parseCommandLine, UsageError } from "../../../src/cli/arguments.ts";
import { hostOptions } from "../../../src/cli/host_options.ts";
import { SERVER_LIMITS } from "../../../src/server/limits.ts";

function optionsOf(args: readonly string[], environment: Record<string, string> = {}) {
  return hostOptions(parseCommandLine(args, environment), environment, () => {});
}

const CERTIFICATES: [args: string[], certificate: unknown][] = [
  [[], undefined],
  [["--cert", "a.crt", "--key", "a.key"], { kind: "pem", certFile: "a.crt", keyFile: "a.key" }],
  [["--pfx", "a.pfx"], { kind: "pfx", file: "a.pfx", password: "", passwordEnv: undefined }],
  [
    ["--pfx", "a.pfx", "--pfx-password-env", "SECRET"],
    { kind: "pfx", file: "a.pfx", password: "open sesame", passwordEnv: "SECRET" },
  ],
  [
    ["--pfx", "a.pfx", "--pfx-password-env", "EMPTY"],
    { kind: "pfx", file: "a.pfx", password: "", passwordEnv: "EMPTY" },
  ],
];

for (const [args, certificate] of CERTIFICATES) {
  Deno.test(`hostOptions() takes the certificate of "${args.join(" ")}"`, () => {
    const options = optionsOf(args, { SECRET: "open sesame", EMPTY: "" });
    assert.deepEqual(options.certificate, certificate);
  });
}

const WRONG: [args: string[], message: RegExp][] = [
  [["--launch-profile", "http"], /^--launch-profile goes with --watch$/],
  [["--cert", "a.crt"], /^--cert and --key go together: name the file of each$/],
  [["--key", "a.key"], /^--cert and --key go together/],
  [["--pfx", "a.pfx", "--cert", "a.crt"], /^--pfx stands in the place of --cert and --key/],
  [["--pfx", "a.pfx", "--key", "a.key"], /^--pfx stands in the place of --cert and --key/],
  [["--pfx-password-env", "SECRET"], /^--pfx-password-env goes with --pfx$/],
  [
    ["--cert", "a.crt", "--key", "a.key", "--pfx-password-env", "SECRET"],
    /^--pfx-password-env goes with --pfx$/,
  ],
  [
    ["--pfx", "a.pfx", "--pfx-password-env", "ABSENT"],
    /^--pfx-password-env names "ABSENT", which is not set$/,
  ],
];

for (const [args, message] of WRONG) {
  Deno.test(`hostOptions() refuses "${args.join(" ")}" and shows no password`, () => {
    assert.throws(
      () => optionsOf(args, { SECRET: "open sesame" }),
      (error) =>
        error instanceof UsageError && message.test(error.message) &&
        !error.message.includes("sesame"),
    );
  });
}

Deno.test("hostOptions() gives the defaults of the server where no limit is named", () => {
  const { request, contentGraceMs: _, ...others } = SERVER_LIMITS;
  const { headBytes, targetBytes, fields } = request;
  assert.deepEqual(optionsOf([]).limits, {
    ...others,
    headBytes,
    targetBytes,
    fields,
    waiting: 1_000,
  });
});

const LIMITS: [option: string, value: string, limit: string, expected: number][] = [
  ["connections", "7", "connections", 7],
  ["head", "4096", "headBytes", 4_096],
  ["target", "512", "targetBytes", 512],
  ["fields", "20", "fields", 20],
  ["head-time", "2.5", "headMs", 2_500],
  ["idle-time", "3", "idleMs", 3_000],
  ["content-rate", "1000", "contentRate", 1_000],
  ["write-time", "4", "writeMs", 4_000],
  ["tunnel-idle-time", "600", "tunnelIdleMs", 600_000],
  ["waiting", "5", "waiting", 5],
];

for (const [option, value, limit, expected] of LIMITS) {
  Deno.test(`hostOptions() makes ${limit} of --limit-${option}, and leaves the others`, () => {
    const { limits } = optionsOf([`--limit-${option}`, value]);
    assert.deepEqual(limits, { ...optionsOf([]).limits, [limit]: expected });
  });
}

Deno.test("hostOptions() takes what else is said", () => {
  const options = optionsOf([
    "site",
    "--listen=https://*:443",
    "--transport=fetch",
    "--drain-time=0.5",
    "--trusted-proxy=10.0.0.0/8",
    "--redirect-https",
    "--hsts",
  ]);
  const { appDir, listen, transport, drainTimeMs, trustedProxies, redirectHttps, hsts } = options;
  assert.deepEqual(
    [appDir, listen, transport, drainTimeMs, trustedProxies, redirectHttps, hsts],
    ["site", ["https://*:443"], "fetch", 500, ["10.0.0.0/8"], true, true],
  );
});

Deno.test("hostOptions() takes where commands are taken, and the token for it", () => {
  const line = parseCommandLine(["--admin", "http://127.0.0.1:9000"], {});
  const { admin, adminToken } = hostOptions(line, {}, () => {}, "0123456789abcdef");
  assert.deepEqual([admin, adminToken], ["http://127.0.0.1:9000", "0123456789abcdef"]);
  assert.deepEqual([optionsOf([]).admin, optionsOf([]).adminToken], [undefined, undefined]);
});

Deno.test("hostOptions() leaves off what is not said", () => {
  const options = optionsOf([]);
  const { listen, transport, trustedProxies, redirectHttps, hsts, environmentName } = options;
  assert.deepEqual(
    [listen, transport, trustedProxies, redirectHttps, hsts, environmentName],
    [[], "wire", [], false, false, undefined],
  );
});

Deno.test("hostOptions() serves for development only with --watch", () => {
  assert.equal(optionsOf([]).development, undefined);
  assert.deepEqual(optionsOf(["--watch"]).development, { launchProfile: undefined });
  const named = optionsOf(["--watch", "--launch-profile", "http"]);
  assert.deepEqual(named.development, { launchProfile: "http" });
});
