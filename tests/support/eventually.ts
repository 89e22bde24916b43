/**
 * Looks again and again until there is something to see.
 *
 * @throws when there is nothing after 20 s
 */
export async function eventually<T>(
  look: () => T | undefined | false | Promise<T | undefined | false>,
  what = "Nothing came to be seen",
): Promise<T> {
  for (const end = Date.now() + 20_000; Date.now() < end;) {
    const seen = await look();
    if (seen !== undefined && seen !== false) return seen;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error(what);
}
