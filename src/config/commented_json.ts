/**
 * Reads JSON as tools for people take it: comments, and a comma behind the last member, are no mistake; a byte order
 * mark neither. Linear in the length of the text.
 *
 * @throws {SyntaxError} where it is not that either
 */
export function parseCommentedJson(text: string): unknown {
  return JSON.parse(withoutTrailingCommas(withoutComments(text.replace(/^\uFEFF/, ""))));
}

/** A text in quotes, which stays as it is, or what is to be replaced. What is not closed reaches to the end. */
const COMMENT = /"(?:[^"\\]|\\[^])*(?:"|$)|\/\/[^\r\n]*|\/\*[^]*?(?:\*\/|$)/g;
const LAST_COMMA = /"(?:[^"\\]|\\[^])*(?:"|$)|,(?=\s*[}\]])/g;

function withoutComments(text: string): string {
  return text.replace(COMMENT, (found) => {
    const isWhole = found.startsWith("//") ||
      (found.startsWith("/*") && /^\/\*[^]*\*\/$/.test(found));
    return isWhole ? " " : found;
  });
}

function withoutTrailingCommas(text: string): string {
  return text.replace(LAST_COMMA, (found) => found.startsWith('"') ? found : "");
}
