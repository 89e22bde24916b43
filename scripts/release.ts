/** Makes what is published of a version: `deno task release [--partial] …`. */
// deno-lint-ignore-file no-console -- a script talks to whoever started it
import { createHash } from "node:crypto";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { LOCKED, PROJECT_DIR, runChild } from "./child.ts";
import {
  executableName,
  notesOf,
  releasable,
  sbomName,
  sumsText,
  type Target,
  TARGETS,
} from "./release_plan.ts";
import { type Lock, sbom } from "./sbom.ts";

const BUILD_LIMIT_MS = 600_000;
const INFO_LIMIT_MS = 60_000;

const USAGE = `Usage: deno task release [--output D] [--denort-folder D] [--twice] [--partial]
  --output D         where to; default: dist/release
  --denort-folder D  folder with files denort-TARGET; what it has not, Deno downloads
  --twice            build each executable twice and compare
  --partial          go on without the platforms for which there is no base; not for release
  --denort=npm       with --partial: as for "deno task build"`;

interface ReleaseOptions {
  readonly output: string;
  readonly denortFolder: string | undefined;
  readonly twice: boolean;
  readonly partial: boolean;
  readonly npm: boolean;
}

function readOptions(args: string[]): ReleaseOptions {
  const { values } = parseArgs({
    args,
    options: {
      output: { type: "string", default: join(PROJECT_DIR, "dist", "release") },
      "denort-folder": { type: "string" },
      twice: { type: "boolean", default: false },
      partial: { type: "boolean", default: false },
      denort: { type: "string" },
    },
  });
  const { output, twice, partial, denort } = values;
  if (denort !== undefined && (denort !== "npm" || !partial)) {
    throw new TypeError(
      `Cannot take "--denort=${denort}": only "npm" can be named, with --partial`,
    );
  }
  return { output, twice, partial, denortFolder: values["denort-folder"], npm: denort === "npm" };
}

/** Builds one executable. @returns why it cannot be, or nothing */
async function build(
  target: Target,
  output: string,
  options: ReleaseOptions,
): Promise<string | undefined> {
  const given = options.denortFolder && join(options.denortFolder, `denort-${target}`);
  const isThere = given && await Deno.stat(given).then((file) => file.isFile, () => false);
  const result = await runChild(Deno.execPath(), {
    args: [
      ...["run", "-A", "--no-prompt", "scripts/build.ts", "--target", target, "--output", output],
      ...(options.npm && !isThere ? ["--denort=npm"] : []),
    ],
    env: isThere ? { DENORT_BIN: given } : {},
    limitMs: BUILD_LIMIT_MS,
  });
  return result.code === 0 ? undefined : result.output.trim();
}

async function sumOf(path: string): Promise<string> {
  return createHash("sha256").update(await Deno.readFile(path)).digest("hex");
}

/** Builds again beside it. @throws {Error} where other bytes come */
async function compare(target: Target, path: string, options: ReleaseOptions): Promise<void> {
  // The name ends as the first one does: ".exe" would be put behind it otherwise.
  const again = join(options.output, `again-${TARGETS[target]}`);
  const why = await build(target, again, options);
  if (why !== undefined) throw new Error(why);
  const isSame = await sumOf(again) === await sumOf(path);
  for (const file of [again, `${again}.NOT-FOR-RELEASE.txt`]) {
    await Deno.remove(file).catch(ignoreNotFound);
  }
  if (!isSame) throw new Error(`Built twice, "${path}" has other bytes`);
}

function ignoreNotFound(error: unknown) {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
}

/** Lists the packages that main.ts imports, and asks each package for its licence. */
async function contents(version: string, license: string): Promise<object> {
  const graph = await info<{ modules: { npmPackage?: string }[] }>([...LOCKED, "main.ts"]);
  const imported = graph.modules.flatMap(({ npmPackage }) => npmPackage ?? []);
  const lock: Lock = JSON.parse(await Deno.readTextFile(join(PROJECT_DIR, "deno.lock")));
  const { deno, v8 } = Deno.version;
  return sbom({
    version,
    license,
    lock,
    imported: [...new Set(imported)],
    licenses: await licensesIn((await info<{ npmCache: string }>([])).npmCache, lock),
    runtime: { deno, v8 },
  });
}

async function info<T>(args: readonly string[]): Promise<T> {
  const { code, stdout, output } = await runChild(Deno.execPath(), {
    args: ["info", "--json", ...args],
    limitMs: INFO_LIMIT_MS,
  });
  if (code !== 0) throw new Error(`Cannot list what main.ts imports\n${output}`);
  return JSON.parse(stdout);
}

async function licensesIn(cache: string, lock: Lock): Promise<Map<string, string>> {
  const licenses = new Map<string, string>();
  const registries = await Array.fromAsync(Deno.readDir(cache));
  for (const key of Object.keys(lock.npm ?? {})) {
    const [, name = "", version = ""] = /^(.+?)@([^@_]+)(?:_.*)?$/.exec(key) ?? [];
    for (const registry of registries) {
      const path = join(cache, registry.name, name, version, "package.json");
      const text = await Deno.readTextFile(path).catch(ignoreNotFound);
      const { license } = text ? JSON.parse(text) : {};
      if (typeof license === "string") licenses.set(`${name}@${version}`, license);
    }
  }
  return licenses;
}

async function release(options: ReleaseOptions): Promise<void> {
  const project = JSON.parse(await Deno.readTextFile(join(PROJECT_DIR, "deno.json")));
  const version = releasable(project.version);
  const changelog = await Deno.readTextFile(join(PROJECT_DIR, "CHANGELOG.md"));
  const { output } = options;
  await Deno.remove(output, { recursive: true }).catch(ignoreNotFound);
  await Deno.mkdir(output, { recursive: true });
  const missing = await buildAll(version, options);
  await Deno.writeTextFile(join(output, "NOTES.md"), notesOf(changelog, version));
  const list = await contents(version, project.license);
  await Deno.writeTextFile(
    join(output, sbomName(version)),
    `${JSON.stringify(list, null, 2)}\n`,
  );
  await writeSums(output);
  if (missing.length > 0) {
    const text = `Not for release: ${missing.join(", ")} missing, or not from Deno's own base`;
    await Deno.writeTextFile(join(output, "NOT-FOR-RELEASE.txt"), `${text}\n`);
    console.log(text);
  }
  console.log(`Made ${output}`);
}

/** @returns what a release would have to have and this has not */
async function buildAll(version: string, options: ReleaseOptions): Promise<string[]> {
  const missing: string[] = [];
  const reasons: string[] = [];
  for (const target of Object.keys(TARGETS) as Target[]) {
    const name = executableName(version, target);
    const path = join(options.output, name);
    const why = await build(target, path, options);
    if (why !== undefined) {
      missing.push(name);
      reasons.push(why);
    } else {
      if (options.twice) await compare(target, path, options);
      if (options.npm) missing.push(`${name} (base from npm)`);
      console.log(`Built ${name}${options.twice ? ", twice the same" : ""}`);
    }
  }
  const isNothing = reasons.length === Object.keys(TARGETS).length;
  if (reasons.length === 0 || (options.partial && !isNothing)) return missing;
  throw new Error(
    `${reasons.join("\n\n")}\n\nCannot release without ${missing.join(", ")}: put their bases ` +
      `into a folder for --denort-folder, build where Deno can download them, or say --partial`,
  );
}

async function writeSums(folder: string): Promise<void> {
  const sums = new Map<string, string>();
  for await (const { name } of Deno.readDir(folder)) {
    if (!name.endsWith(".txt")) sums.set(name, await sumOf(join(folder, name)));
  }
  await Deno.writeTextFile(join(folder, "SHA256SUMS"), sumsText(sums));
}

if (import.meta.main) {
  // It would fit one of the targets at most.
  Deno.env.delete("DENORT_BIN");
  try {
    await release(readOptions(Deno.args));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    if (error instanceof TypeError) console.error(USAGE);
    Deno.exit(1);
  }
}
