/** What design decides about rooms, as pure functions over file names and sources. */

/** One import: paths within the project, or a specifier such as `npm:leven` for `to`. */
export interface Arrow {
  readonly from: string;
  readonly to: string;
}

/** A file of the project with its text. */
export interface Source {
  readonly path: string;
  readonly text: string;
}

/** From left to right: who stands in a row may import from the rows to the right, not from its own. */
const ROWS = [
  ["main", "mod"],
  ["cli"],
  ["host"],
  ["server", "modules", "gateway", "backend", "observe", "pages"],
  ["config", "http1", "contract"],
];

/** Whose rows say less than they must: the library's face shows no command line. */
const NEVER: Readonly<Record<string, readonly string[]>> = { mod: ["cli"], main: ["host"] };

/** Rooms that import nothing outside themselves but packages. */
const ALONE = ROWS.at(-1) ?? [];

/** What only the named rooms may do, and how it shows in a source. */
const RESERVED: readonly { rooms: string[]; files?: string[]; what: string; shows: RegExp }[] = [
  { rooms: ["backend"], what: "start a program", shows: /\bDeno\s*\.\s*Command\b/ },
  {
    rooms: ["server"],
    // It binds a port for a moment, to see whether it is free.
    files: ["src/backend/launch/port.ts"],
    what: "listen",
    shows: /\bDeno\s*\.\s*(?:listen|serve)/,
  },
  {
    rooms: ["gateway"],
    what: "connect",
    shows: /\bDeno\s*\.\s*(?:connect|createHttpClient)|(?<![.\w])fetch\s*\(|\bcreateHttpClient\b/,
  },
  {
    rooms: ["cli", "main"],
    what: "use the console or exit",
    shows: /(?<![\w/.])console\s*\.|\bDeno\s*\.\s*exit\b/,
  },
  { rooms: ["config"], what: "read XML", shows: /["'](?:npm:)?@rgrove\/parse-xml/ },
];

/** Gives the room of a file, `undefined` for one outside of all rooms, such as deno.json. */
export function roomOf(path: string): string | undefined {
  const [, room = ""] = /^src\/(\w+)\//.exec(path) ?? /^(main|mod|src\/host)\.ts$/.exec(path) ?? [];
  const name = room.replace("src/", "");
  return rowOf(name) < 0 ? undefined : name;
}

/** Gives what is wrong with an import, if anything. */
export function wrongArrow({ from, to }: Arrow): string | undefined {
  const [room, target] = [roomOf(from), roomOf(to)];
  if (to.startsWith("npm:") || to.startsWith("node:")) return;
  if (room === undefined) return `${from} stands in no room`;
  if (target === undefined) return to === "deno.json" ? undefined : `${from} imports ${to}`;
  if (room === target) return;
  if (ALONE.includes(room)) return `${from} imports ${to}: ${room} imports nothing but itself`;
  if (isPrivate(to)) return `${from} imports ${to}, which is private to ${target}`;
  if (rowOf(room) < rowOf(target) && !NEVER[room]?.includes(target)) return;
  return `${from} imports ${to}: ${room} may not import ${target}`;
}

/** Gives what is wrong with a source by itself. */
export function wrongSource({ path, text }: Source): string[] {
  const room = roomOf(path) ?? "";
  const code = withoutComments(text);
  const wrong = RESERVED
    .filter(({ rooms, files }) => !rooms.includes(room) && !files?.includes(path))
    .filter(({ shows }) => shows.test(code))
    .map(({ rooms, what }) => `${path}: only ${rooms.join(" and ")} may ${what}`);
  if (/(?:^|[/_])(?:utils?|helpers?)\.ts$/.test(path)) {
    wrong.push(`${path} says nothing by its name`);
  }
  return wrong;
}

function isPrivate(path: string): boolean {
  return path.split("/").at(-1)?.startsWith("_") ?? false;
}

function rowOf(room: string): number {
  return ROWS.findIndex((rooms) => rooms.includes(room));
}

/** Prose may speak of the console. A `//` within a text, as in an address, is left alone. */
function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|\s)\/\/.*$/gm, "");
}
