/** Bytes of a file: the first one from 0, and behind the last one. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** More ranges than this, or more bytes in all than the file has, and the whole file is sent. */
const MAX_RANGES = 16;
const RANGES = /^bytes=([\d\s,-]*)$/i;

/**
 * Reads a `Range` field.
 *
 * @param length bytes of the file
 * @returns `whole` for what is to be ignored: other units, what cannot be read, greed; `none` where no byte asked
 * for is there
 * @see RFC 9110 §14.1.2, §14.2, §17.15
 */
export function readRanges(text: string, length: number): readonly Range[] | "whole" | "none" {
  const [, list] = RANGES.exec(text) ?? [];
  if (list === undefined || length === 0) return "whole";
  const specs = list.split(",").map((spec) => spec.trim()).filter((spec) => spec !== "");
  if (specs.length === 0 || specs.length > MAX_RANGES) return "whole";
  const ranges: Range[] = [];
  let bytes = 0;
  for (const spec of specs) {
    const range = readRange(spec, length);
    if (range === "invalid") return "whole";
    if (range.from >= range.to) continue;
    bytes += range.to - range.from;
    ranges.push(range);
  }
  if (ranges.length === 0) return "none";
  return ranges.length > 1 && bytes > length ? "whole" : ranges;
}

function readRange(spec: string, length: number): Range | "invalid" {
  const [, first, last] = /^(\d*)-(\d*)$/.exec(spec) ?? [];
  if (first === undefined || last === undefined || (first === "" && last === "")) return "invalid";
  if (first === "") return { from: Math.max(0, length - Number(last)), to: length };
  if (last !== "" && Number(last) < Number(first)) return "invalid";
  return { from: Number(first), to: last === "" ? length : Math.min(Number(last) + 1, length) };
}
