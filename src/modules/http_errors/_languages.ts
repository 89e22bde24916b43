/** How many languages of a client are looked at. */
const MAX_LANGUAGES = 10;
/** The language whose folder IIS comes with. */
const FALLBACK = "en-US";

/** A language tag as folders are called. Nothing in it leads anywhere else. */
const TAG = /^[a-z]{1,8}(?:-[a-z0-9]{1,8}){0,3}$/i;

/**
 * Gives the names of the folders to look for, best first: what a client wants, each followed by its language without
 * region, then {@linkcode FALLBACK}.
 *
 * @param accept the value of `Accept-Language`
 * @see IIS 7.3 prefixLanguageFilePath
 */
export function languageFolders(accept: string): string[] {
  const wanted = accept.split(",", 4 * MAX_LANGUAGES).map(weighted)
    .filter(({ tag, weight }) => weight > 0 && TAG.test(tag))
    .toSorted((a, b) => b.weight - a.weight)
    .slice(0, MAX_LANGUAGES);
  const names = wanted.flatMap(({ tag }) => {
    const name = spelt(tag);
    return [name, name.split("-", 1)[0] ?? name];
  });
  return [...new Set([...names, FALLBACK])];
}

function weighted(member: string): { tag: string; weight: number } {
  const [tag = "", ...parameters] = member.split(";").map((part) => part.trim());
  const weight = parameters.find((parameter) => /^q=/i.test(parameter))?.slice(2) ?? "1";
  return { tag, weight: /^[01](?:\.\d{0,3})?$/.test(weight) ? Number(weight) : 0 };
}

/** Writes a tag as folders are called: `de-at` is `de-AT`. */
function spelt(tag: string): string {
  const [language = "", ...rest] = tag.split("-");
  const regions = rest.map((part) => part.length === 2 ? part.toUpperCase() : part);
  return [language.toLowerCase(), ...regions].join("-");
}
