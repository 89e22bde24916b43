import { emptyContent } from "../../contract/content.ts";
import type { Content, Reply } from "../../contract/exchange.ts";
import { type FieldLine, FieldList, REASONS } from "../../http1/mod.ts";
import type { PhysicalEntry } from "../physical_files.ts";
import type { FileBytes } from "../physical_memory.ts";
import { fileContent, type FilePart } from "./file_content.ts";
import type { Validators } from "./preconditions.ts";
import type { Range } from "./range.ts";
import type { StaticContent } from "./static_content.ts";

/** A version of a file with all that is said of it in an answer. */
export interface ServedFile {
  readonly validators: Validators;
  readonly type: string;
  /** Those of every answer that is of use without the content, but for `Date`. */
  readonly ofAll: readonly FieldLine[];
  /** Those of an answer with all of it, but for `Date`. */
  readonly ofWhole: readonly FieldLine[];
  /** @see Content.file */
  readonly name: string;
}

/** Works out what is said of a version of a file. @param nowMs since 1970 */
export function servedFile(
  { path, stat }: PhysicalEntry,
  type: string,
  { cacheFields, hasEtag }: StaticContent,
  nowMs: number,
): ServedFile {
  // What a file says of itself is never later than now: RFC 9110 §8.8.2.1.
  const modifiedS = Math.floor(Math.min(stat.modifiedMs, nowMs) / 1000);
  const version = `${stat.modifiedMs.toString(16)}:${stat.bytes.toString(16)}`;
  const etag = hasEtag ? `"${version}"` : undefined;
  const ofAll: FieldLine[] = [
    ["Last-Modified", new Date(modifiedS * 1000).toUTCString()],
    ...etag === undefined ? [] : [["ETag", etag] as const],
    ["Accept-Ranges", "bytes"],
    ...cacheFields,
  ];
  return {
    validators: { etag, modifiedS },
    type,
    ofAll,
    ofWhole: [["Content-Type", type], ...ofAll],
    name: `${path}\0${version}`,
  };
}

/** Says that the client has the file already. */
export function notModifiedReply({ ofAll }: ServedFile, date: string): Reply {
  const lines = ofAll.filter(([name]) => name !== "Accept-Ranges");
  return reply(304, [["Date", date], ...lines], emptyContent);
}

/** Says what a GET would give; whoever compresses that can tell by the content which file it would be. */
export function headReply({ ofWhole, name }: ServedFile, date: string, bytes: number): Reply {
  const lines: FieldLine[] = [["Date", date], ...ofWhole, ["Content-Length", String(bytes)]];
  return reply(200, lines, { ...emptyContent, length: bytes, file: name });
}

/** Gives all of the file. */
export function wholeReply(
  served: ServedFile,
  date: string,
  source: FileBytes,
  bytes: number,
): Reply {
  const parts = [{ before: NOTHING, from: 0, to: bytes }];
  const content = fileContent(source, { parts, file: served.name });
  return reply(200, [["Date", date], ...served.ofWhole], content);
}

/** Gives one range of the file, or several as parts of one content. */
export function rangeReply(
  served: ServedFile,
  date: string,
  source: FileBytes,
  bytes: number,
  ranges: readonly Range[],
): Reply {
  const [only, ...others] = ranges;
  if (only && others.length === 0) {
    const lines: FieldLine[] = [
      ["Date", date],
      ...served.ofWhole,
      ["Content-Range", contentRange(only, bytes)],
    ];
    return reply(206, lines, fileContent(source, { parts: [{ before: NOTHING, ...only }] }));
  }
  const boundary = crypto.randomUUID();
  const parts = ranges.map((range, i): FilePart => {
    const head = `${i === 0 ? "" : "\r\n"}--${boundary}\r\nContent-Type: ${served.type}\r\n` +
      `Content-Range: ${contentRange(range, bytes)}\r\n\r\n`;
    return { before: encode(head), ...range };
  });
  const options = { parts, after: encode(`\r\n--${boundary}--\r\n`) };
  const lines: FieldLine[] = [
    ["Date", date],
    ["Content-Type", `multipart/byteranges; boundary=${boundary}`],
    ...served.ofAll,
  ];
  return reply(206, lines, fileContent(source, options));
}

const NOTHING = new Uint8Array(0);

function reply(status: number, lines: readonly FieldLine[], content: Content): Reply {
  return { head: { status, reason: REASONS[status] ?? "", fields: new FieldList(lines) }, content };
}

function contentRange({ from, to }: Range, bytes: number): string {
  return `bytes ${from}-${to - 1}/${bytes}`;
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
