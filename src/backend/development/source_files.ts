import { basename, extname } from "node:path";

/** What lies in an application folder, for whoever wants to know when it has to be started again. */
export type SourceKind = "project" | "published" | "other";

/** Folders whose files are made, brought along, or served as they are. Those that begin with a dot are too. */
const IGNORED_FOLDERS: ReadonlySet<string> = new Set([
  "bin",
  "obj",
  "node_modules",
  "wwwroot",
  "logs",
  "app_data",
  "__pycache__",
  "venv",
  "site-packages",
  "testresults",
]);

const EXTENSIONS: Readonly<Record<SourceKind, readonly string[]>> = {
  project: [
    ...[".cs", ".fs", ".vb", ".csproj", ".fsproj", ".vbproj", ".props", ".targets", ".razor"],
    ...[".cshtml", ".resx", ".json", ".proto", ".xaml"],
  ],
  published: [".dll"],
  other: [
    ...[".js", ".mjs", ".cjs", ".jsx", ".ts", ".mts", ".cts", ".tsx", ".json", ".jsonc"],
    ...[".py", ".toml", ".rb", ".php", ".lua"],
  ],
};

/** Tells whether something below a folder of this name may be a source. */
export function isSourceFolder(name: string): boolean {
  return !name.startsWith(".") && !IGNORED_FOLDERS.has(name.toLowerCase());
}

/** Makes what tells whether a change of a file calls for another start. */
export function sourceFilter(
  kind: SourceKind,
  programs: readonly string[] = [],
): (path: string) => boolean {
  const extensions: ReadonlySet<string> = new Set(EXTENSIONS[kind]);
  const own = new Set(programs);
  return (path) => {
    const name = basename(path).toLowerCase();
    if (own.has(path)) return true;
    if (name === "launchsettings.json" || name.startsWith(".")) return false;
    if (kind === "published" && /\.(?:deps|runtimeconfig)\.json$/.test(name)) return true;
    return extensions.has(extname(name));
  };
}
