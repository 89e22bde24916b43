import assert from "node:assert/strict";
import { accessLogOption } from "../../../src/cli/access_log_option.ts";
import { parseCommandLine } from "../../../src/cli/arguments.ts";

const option = (...args: string[]) => accessLogOption(parseCommandLine(["run", ...args], {}));

Deno.test("accessLogOption() gives no access log where none is asked for", () => {
  assert.deepEqual(option("--access-log-format", "json"), {});
});

Deno.test("accessLogOption() gives the defaults with a place", () => {
  assert.deepEqual(option("--access-log", "-"), {
    accessLog: { to: "-", format: "w3c", maxBytes: 0, kept: 0, anonymize: false },
  });
});

Deno.test("accessLogOption() takes all that can be said", () => {
  const all = option(
    ...["--access-log", "/logs/", "--access-log-format=json", "--access-log-rotate=hourly"],
    ...["--access-log-fields", "default, cs(X-Forwarded-For),", "--access-log-max-size=1048576"],
    ...["--access-log-keep=7", "--access-log-anonymize"],
  );
  assert.deepEqual(all, {
    accessLog: {
      to: "/logs/",
      format: "json",
      fields: ["default", "cs(X-Forwarded-For)"],
      rotation: "hourly",
      maxBytes: 1_048_576,
      kept: 7,
      anonymize: true,
    },
  });
});
