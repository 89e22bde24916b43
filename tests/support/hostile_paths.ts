/** A request target that tries to get at a file nobody may have. */
export interface HostilePath {
  /** As it stands in the request line: latin1 text, never decoded. */
  readonly target: string;
  /** What it tries. */
  readonly trick: string;
  /**
   * Who stops it:
   * - `filter`: request filtering with its defaults, or the path cannot be read at all
   * - `files`: it passes; who serves files finds nothing there, or sees where a link leads
   */
  readonly by: "filter" | "files";
}

/** What every file that nobody may have contains. */
export const SECRET = "nobody may read this";

/** Files with {@linkcode SECRET} in them, below the folder that holds the application folder `app`. */
export const SECRET_FILES: readonly string[] = [
  "outside.txt",
  "beside/secret.txt",
  "app/web.config",
  "app/bin/secret.txt",
  "app/App_Data/secret.txt",
  "app/Program.cs",
  "app/sub/web.config",
  "app/sub/bin/secret.txt",
];

/** Symbolic links in the application folder, and where they lead, as seen from there. */
export const LINKS: readonly (readonly [name: string, to: string])[] = [
  ["linked.txt", "../outside.txt"],
  ["linked", "../beside"],
  ["innocent.txt", "web.config"],
  ["open", "bin"],
  ["sub/up", "../.."],
];

const by = (by: HostilePath["by"], trick: string, ...targets: string[]): HostilePath[] =>
  targets.map((target) => ({ target, trick, by }));

/** Every attempt. The files are those of {@linkcode SECRET_FILES} and {@linkcode LINKS}. */
export const HOSTILE_PATHS: readonly HostilePath[] = [
  ...by(
    "files",
    "climbing by dot segments, which end at the root",
    "/../outside.txt",
    "/../../outside.txt",
    "/../beside/secret.txt",
    "/sub/../../outside.txt",
    "/./../outside.txt",
    "/%2e%2e/outside.txt",
    "/%2E%2E/outside.txt",
    "/.%2e/outside.txt",
    "/%2e./outside.txt",
    "/sub/%2e%2e/%2e%2e/outside.txt",
    "//../outside.txt",
    "/sub//..//..//../outside.txt",
    "/..?/web.config",
  ),
  ...by("files", "three dots, a name of its own", "/.../outside.txt", "/.../web.txt"),
  ...by(
    "files",
    "an absolute path as a path",
    "//etc/passwd",
    "/C:/outside.txt",
    "/file:///etc/passwd",
  ),
  ...by(
    "filter",
    "dot segments between slashes that not everybody takes for slashes",
    "/..%2foutside.txt",
    "/..%2Foutside.txt",
    "/%2e%2e%2foutside.txt",
    "/..%5coutside.txt",
    "/..%5Coutside.txt",
    "/..\\outside.txt",
    "/\\..\\outside.txt",
    "/sub%2f..%2f..%2foutside.txt",
    "/sub/..\\..\\outside.txt",
    "/%5c%2e%2e%5coutside.txt",
    "/sub/..%2f..%2foutside.txt",
    "/x/%2e%2e%5c%2e%2e%5coutside.txt",
  ),
  ...by(
    "filter",
    "escaped twice or oddly",
    "/%252e%252e/outside.txt",
    "/..%252foutside.txt",
    "/..%255coutside.txt",
    "/%25252e%25252e/outside.txt",
    "/%%32%65%%32%65/outside.txt",
    "/%u002e%u002e/outside.txt",
    "/%25u002e%25u002e/outside.txt",
    "/..%u2215outside.txt",
    "/web%252econfig",
    "/%c0%ae%c0%ae/outside.txt",
    "/..%c0%afoutside.txt",
    "/..%c1%9coutside.txt",
    "/%e0%80%ae%e0%80%ae/outside.txt",
    "/%fe%fe/outside.txt",
    "/%2",
    "/web.config+",
  ),
  ...by(
    "files",
    "letters that look like dots and slashes",
    "/%ef%bc%8e%ef%bc%8e/outside.txt",
    "/..%ef%bc%8foutside.txt",
    "/..%e2%88%95outside.txt",
    "/%e2%80%a6/outside.txt",
  ),
  ...by(
    "filter",
    "bytes that end a name for some",
    "/web.config%00",
    "/web.config%00.txt",
    "/linked.txt%00.html",
    "/..%00/outside.txt",
    "/%00/web.config",
    "/web.config%0a",
    "/web.config%0d%0a",
    "/web.config%09",
    "/web.config%7f",
  ),
  ...by(
    "filter",
    "the configuration file in every spelling",
    "/web.config",
    "/Web.config",
    "/WEB.CONFIG",
    "/wEb.CoNfIg",
    "/web%2econfig",
    "/%77eb.config",
    "/web.config/",
    "/web.config/x",
    "/web.config?x=.txt",
    "/sub/web.config",
    "/sub/../web.config",
    "/x/..//web.config",
    "//web.config",
    "/./web.config",
    "/sub%2fweb.config",
    "/sub%5cweb.config",
    "/web.%63onfig;.txt/../web.config",
  ),
  ...by(
    "filter",
    "names that Windows takes for the same",
    "/web.config.",
    "/web.config...",
    "/web.config%20",
    "/web.config%20.",
    "/web.config::$DATA",
    "/web.config:$DATA",
    "/web.config:x:$DATA",
    "/web.config::$data",
    "/Program.cs.",
    "/Program.cs%20%20",
    "/Program.cs::$DATA",
    "/bin./secret.txt",
    "/bin%20/secret.txt",
    "/bin::$INDEX_ALLOCATION/secret.txt",
    "/bin:$I30:$INDEX_ALLOCATION/secret.txt",
    "/App_Data./secret.txt",
  ),
  ...by(
    "filter",
    "names that macOS takes for the same",
    "/web%E2%80%8C.config",
    "/web.config%EF%BB%BF",
    "/b%E2%80%8Din/secret.txt",
    "/App_Brow%C5%BFers/x",
    "/Program.c%C5%BF",
  ),
  ...by(
    "files",
    "short names",
    "/WEB~1.CON",
    "/web~1.con",
    "/APP_DA~1/secret.txt",
    "/PROGRA~1.CS~1",
  ),
  ...by(
    "filter",
    "folders that nobody may look into",
    "/bin",
    "/bin/",
    "/bin/secret.txt",
    "/BIN/secret.txt",
    "/b%69n/secret.txt",
    "/sub/bin/secret.txt",
    "/sub/../bin/secret.txt",
    "/sub/%2e%2e/bin/secret.txt",
    "/x//bin//secret.txt",
    "/bin%2fsecret.txt",
    "/bin%5csecret.txt",
    "/bin\\secret.txt",
    "/App_Data/secret.txt",
    "/app_data/secret.txt",
    "/App_Code",
    "/App_GlobalResources/x",
    "/App_LocalResources/x",
    "/App_WebReferences/x",
    "/App_Browsers/x",
  ),
  ...by("filter", "sources", "/Program.cs", "/PROGRAM.CS", "/Program.%63%73", "/x/../Program.cs"),
  ...by(
    "files",
    "symbolic links that lead out, or to what is hidden",
    "/linked.txt",
    "/linked/secret.txt",
    "/innocent.txt",
    "/open/secret.txt",
    "/sub/up/outside.txt",
    "/sub/up/app/innocent.txt",
  ),
];
