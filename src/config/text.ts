import type { Place, ProblemList } from "./problem.ts";

/**
 * Decodes a configuration file: UTF-8 with or without a byte order mark, UTF-16 with one.
 * What the XML declaration says of the encoding does not count: the bytes do.
 *
 * @returns the text without the mark, line ends as `\n`; undefined when a problem was reported
 * @see ANCM C-60
 */
export function decodeText(
  bytes: Uint8Array,
  file: string,
  problems: ProblemList,
): string | undefined {
  const encoding = encodingOf(bytes);
  const text = encoding && decoded(bytes, encoding);
  if (text !== undefined) return text.replace(/\r\n?/g, "\n");
  if (encoding === "utf-8") {
    problems.error(firstBadByte(bytes, file), "Not valid UTF-8; save the file as UTF-8");
  } else {
    const why = encoding ? "Not valid UTF-16" : "UTF-16 without a byte order mark";
    problems.error({ file }, `${why}; save the file as UTF-8`);
  }
  return undefined;
}

/** Tells the encoding by the first bytes; undefined for UTF-16 without its mark. */
function encodingOf(bytes: Uint8Array): "utf-8" | "utf-16le" | "utf-16be" | undefined {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return "utf-16le";
  if (first === 0xfe && second === 0xff) return "utf-16be";
  const isHalf = (first === 0 && second === 0x3c) || (first === 0x3c && second === 0);
  return isHalf ? undefined : "utf-8";
}

function decoded(bytes: Uint8Array, encoding: string): string | undefined {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return undefined; // the decoder says only that it failed
  }
}

/** Finds the line and column of the first byte that is not UTF-8. */
function firstBadByte(bytes: Uint8Array, file: string): Place {
  let line = 1;
  for (let start = 0; start < bytes.length; line++) {
    const next = bytes.indexOf(0x0a, start);
    const end = next < 0 ? bytes.length : next;
    const slice = bytes.subarray(start, end);
    if (decoded(slice, "utf-8") === undefined) {
      return { file, line, column: new TextDecoder().decode(slice).indexOf("\ufffd") + 1 };
    }
    start = end + 1;
  }
  return { file };
}
