/** One attribute in the source of a start tag: spaces, name, `=`, quoted value. Linear. */
const ATTRIBUTE = /\s+([^\s=/>"'<]+)\s*=\s*(?:"[^"]*"|'[^']*')/y;

/**
 * Finds where each attribute of a start tag begins.
 *
 * @param text a document that is known to be well-formed
 * @param start where the tag's `<` stands
 */
export function attributeOffsets(text: string, start: number): Map<string, number> {
  const offsets = new Map<string, number>();
  let at = start + 1;
  while (at < text.length && !/[\s/>]/.test(text[at] ?? "")) at++; // past the element's name
  for (;;) {
    ATTRIBUTE.lastIndex = at;
    const match = ATTRIBUTE.exec(text);
    if (match?.[1] === undefined) return offsets;
    offsets.set(match[1], at + match[0].indexOf(match[1]));
    at = ATTRIBUTE.lastIndex;
  }
}
