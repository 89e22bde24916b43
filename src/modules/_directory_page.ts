import { extname } from "node:path";
import { escapeHtml, urlEncode } from "./rewrite/_url_text.ts";

/** A file or folder in a list. */
export interface ListedFile {
  readonly name: string;
  readonly isFolder: boolean;
  readonly bytes: number;
  /** Null where the system does not know. */
  readonly modified: Date | null;
}

/** What a list is made of. */
export interface DirectoryPage {
  /** Of the folder, decoded, with a slash at its end. */
  readonly path: string;
  /** Whether nothing of the application is above it. */
  readonly isRoot: boolean;
  readonly listed: readonly ListedFile[];
  /** Whether there is more than is listed. */
  readonly isCut: boolean;
  /** As in `directoryBrowse/@showFlags`. */
  readonly flags: ReadonlySet<string>;
}

/** Gives the list of a folder as HTML; names are escaped, wherever they stand. */
export function listPage({ path, isRoot, listed, isCut, flags }: DirectoryPage): string {
  const rows = listed.map((file) => row(file, flags));
  const up = isRoot ? [] : [`<tr><td colspan="3"><a href="../">..</a></td></tr>`];
  const title = escapeHtml(path);
  return `<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<title>${title}</title>
<h1>${title}</h1>
<table>
${[...up, ...rows].join("\n")}
</table>
${isCut ? "<p>There is more in this folder than is listed here.</p>\n" : ""}</html>
`;
}

function row(file: ListedFile, flags: ReadonlySet<string>): string {
  const { name, isFolder, bytes } = file;
  const shown = flags.has("Extension") || isFolder
    ? name
    : name.slice(0, name.length - extname(name).length);
  // "./" keeps a name with a colon from being taken for a scheme.
  const href = `./${urlEncode(name)}${isFolder ? "/" : ""}`;
  const cells = [
    time(file, flags),
    flags.has("Size") ? (isFolder ? "&lt;dir&gt;" : String(bytes)) : "",
    `<a href="${href}">${escapeHtml(shown)}</a>`,
  ];
  return `<tr>${cells.map((cell) => `<td>${cell}</td>`).join("")}</tr>`;
}

function time({ modified }: ListedFile, flags: ReadonlySet<string>): string {
  if (!modified || Number.isNaN(modified.getTime())) return "";
  const [day = "", rest = ""] = modified.toISOString().split("T");
  const long = modified.toLocaleDateString("en", { dateStyle: "full", timeZone: "UTC" });
  return [
    flags.has("LongDate") ? long : flags.has("Date") ? day : "",
    flags.has("Time") ? rest.slice(0, 5) : "",
  ].filter((part) => part !== "").join(" ");
}
