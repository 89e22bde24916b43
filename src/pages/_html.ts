/** What a page for people says. */
export interface PageText {
  /** Such as `502.5` for local clients, `502` for others. */
  readonly code: string;
  readonly title: string;
  /** Sentences, in order. */
  readonly paragraphs: readonly string[];
  /** What is known, by name. */
  readonly facts: readonly (readonly [name: string, value: string])[];
  /** Lines shown as they are. */
  readonly details: readonly string[];
  readonly requestId: string;
}

/** Writes a page that needs nothing from outside, light or dark as the reader's system is. */
export function htmlPage({ code, title, paragraphs, facts, details, requestId }: PageText): string {
  const name = `${escapeHtml(code)} ${escapeHtml(title)}`;
  const sentences = paragraphs.map((text) => `<p>${escapeHtml(text)}</p>\n`).join("");
  const rows = facts.map(([name, value]) =>
    `<dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd>\n`
  );
  const known = rows.length > 0 ? `<dl>\n${rows.join("")}</dl>\n` : "";
  const lines = details.length > 0 ? `<pre>${escapeHtml(details.join("\n"))}</pre>\n` : "";
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${name}</title>
<style>
:root { color-scheme: light dark }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 42rem; margin: 15vh auto; padding: 0 1rem }
h1 { font-size: 1.4rem; font-weight: 600 }
pre { overflow-x: auto; padding: .75rem; border: 1px solid #8886; border-radius: .4rem }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1rem }
dt { opacity: .65 }
dd { margin: 0; overflow-wrap: anywhere }
footer { opacity: .65; font-size: .85rem }
</style>
</head>
<body>
<h1>${name}</h1>
${sentences}${known}${lines}<footer>Request ${escapeHtml(requestId)}</footer>
</body>
</html>
`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Makes text harmless in HTML, in content and in quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? "");
}
