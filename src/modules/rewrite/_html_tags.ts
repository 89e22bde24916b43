/** Attributes by the name of the tag that has them; all in lower case. */
export type TagFilter = ReadonlyMap<string, ReadonlySet<string>>;

const TAG_NAME = /[A-Za-z][A-Za-z0-9:_-]*/y;
/** An attribute with its value, if it has one; or anything else within a tag. Each character is looked at once. */
const ATTRIBUTE =
  /\s+|([^\s"'<>=/]+)(?:(\s*=\s*)(?:"([^"]*)"|'([^']*)'|([^\s"'<>=`]+)))?|["'=/<`]/y;

/**
 * Gives HTML with attributes changed. What is no well-formed tag is left alone.
 *
 * @param change gives the new value for a value as it is written, or the same
 * @see IIS M-RW-82
 */
export function replaceAttributes(
  html: string,
  tags: TagFilter,
  change: (value: string) => string,
): string {
  let done = "";
  let copied = 0;
  for (let at = html.indexOf("<"); at >= 0; at = html.indexOf("<", at + 1)) {
    TAG_NAME.lastIndex = at + 1;
    const name = TAG_NAME.exec(html)?.[0];
    const wanted = name && tags.get(name.toLowerCase());
    if (!name || !wanted) continue;
    ATTRIBUTE.lastIndex = at + 1 + name.length;
    for (let found = ATTRIBUTE.exec(html); found; found = ATTRIBUTE.exec(html)) {
      at = ATTRIBUTE.lastIndex - 1;
      const [whole, attribute, mark, double, single, bare] = found;
      const value = double ?? single ?? bare;
      if (attribute === undefined || value === undefined) continue;
      if (!wanted.has(attribute.toLowerCase())) continue;
      const quote = double !== undefined ? '"' : single !== undefined ? "'" : "";
      const changed = change(value);
      if (changed === value) continue;
      done += html.slice(copied, found.index) + attribute + mark + quoted(changed, quote);
      copied = found.index + whole.length;
    }
  }
  return copied === 0 ? html : done + html.slice(copied);
}

/** No value ends its own quotes. */
function quoted(value: string, quote: string): string {
  const mark = quote === "" ? '"' : quote;
  return mark + value.replaceAll(mark, mark === '"' ? "&quot;" : "&#39;") + mark;
}
