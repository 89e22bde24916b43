/** The forms a page comes in. */
export type PageForm = "html" | "json" | "text";

const FORMS: Readonly<Record<string, PageForm>> = {
  "text/html": "html",
  "application/problem+json": "json",
  "application/json": "json",
};

/**
 * Chooses the form of a page: the one that `Accept` names with the highest weight, of equal ones the
 * first; wildcards name nothing. Plain text where it names none.
 */
export function pageForm(accept: string | undefined): PageForm {
  let best: { form: PageForm; weight: number } = { form: "text", weight: 0 };
  for (const member of (accept ?? "").split(",")) {
    const [type = "", ...parameters] = member.split(";").map((part) => part.trim().toLowerCase());
    const form = FORMS[type];
    const weight = weightOf(parameters);
    if (form && weight > best.weight) best = { form, weight };
  }
  return best.form;
}

function weightOf(parameters: readonly string[]): number {
  const text = parameters.find((parameter) => parameter.startsWith("q="))?.slice(2);
  if (text === undefined) return 1;
  return /^[01](\.\d{0,3})?$/.test(text) ? Number(text) : 0;
}
