// deno-lint-ignore-file no-console -- a script talks to whoever runs it
/**
 * Makes the generated part of `docs/when-it-does-not-start.md` out of the table of failures.
 *
 * `deno run -A scripts/failures_doc.ts` tells whether it is current, `--write` makes it so.
 *
 * @module
 */
import type { Failure } from "../src/contract/failure.ts";
import { type FailureCode, FAILURES } from "../src/contract/host_error.ts";
import { FAILURE_CAUSES } from "./failure_causes.ts";

/** Everything from this line on is made by this script. */
const MARK = "<!-- made by scripts/failures_doc.ts from here on -->";
const PAGE = new URL("../docs/when-it-does-not-start.md", import.meta.url);

/** A chapter of the page. */
interface Chapter {
  readonly title: string;
  readonly says: string;
  readonly holds: (failure: Failure) => boolean;
}

const CHAPTERS: readonly Chapter[] = [
  {
    title: "502.5: the application does not start",
    says: "Told once for each start, in the log and to all requests that wait for it.",
    holds: ({ status, subStatus }) => status === 502 && subStatus === 5,
  },
  {
    title: "502.3: the application does not answer",
    says: "The backend runs, or has just run, and this request got nothing of use from it.",
    holds: ({ status, subStatus }) => status === 502 && subStatus !== 5,
  },
  {
    title: "503: not now",
    says: "Each answer carries `Retry-After`. Connections beyond `--limit-connections` and " +
      "`--limit-connections-per-address` get a bare 503 without a sub-status.",
    holds: ({ status }) => status === 503,
  },
  {
    title: "500 and other 5xx: the host or its configuration",
    says: "",
    holds: ({ status }) => status >= 500,
  },
  {
    title: "401, 403, 404: not for this client, or not there",
    says:
      "The backend is not asked, and is not started for such a request. An answer of the application itself " +
      "has none of these codes, and no line `request-failed` in the log.",
    holds: ({ status }) => [401, 403, 404].includes(status),
  },
  {
    title: "400 and other 4xx: the request",
    says: "",
    holds: () => true,
  },
];

/** Gives the page with its generated part renewed; the written part before the mark is kept. */
export function failuresPage(page: string): string {
  const written = page.split(MARK, 1)[0] ?? "";
  const left = new Map<string, Failure>(Object.entries(FAILURES));
  const chapters = CHAPTERS.map((chapter) => chapterPart(chapter, left));
  return [written.trimEnd(), MARK, ...chapters].join("\n\n") + "\n";
}

/** Writes a chapter, and takes what it holds from what is left for those behind it. */
function chapterPart({ title, says, holds }: Chapter, left: Map<string, Failure>): string {
  const own = [...left].filter(([, failure]) => holds(failure));
  for (const [code] of own) left.delete(code);
  const rows = own.sort(([, one], [, other]) => order(one) - order(other)).map(rowOf);
  const table = [
    "| status | code | what happened | what to do |",
    "| --- | --- | --- | --- |",
    ...rows,
  ];
  return [`## ${title}`, says, table.join("\n")].filter((part) => part !== "").join("\n\n");
}

const order = ({ status, subStatus }: Failure) => status * 1_000 + subStatus;

function rowOf([code, { status, subStatus, remedy }]: readonly [string, Failure]): string {
  const cells = [
    `${status}.${subStatus}`,
    `\`${code}\``,
    FAILURE_CAUSES[code as FailureCode],
    withCode(remedy),
  ];
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}

/** Marks what is typed as code: elements, attributes, paths of sections and options. */
function withCode(text: string): string {
  return text.replaceAll(
    /(?:<[^>]+>)+|--[a-z][a-z-]+|\b(?:system\.)?[a-z]\w*\/[\w@/]+|\b\w+="[^"]*"|\bapp_offline\.htm|\bweb\.config/g,
    "`$&`",
  );
}

if (import.meta.main) {
  const page = await Deno.readTextFile(PAGE);
  const shall = failuresPage(page);
  if (page === shall) console.log("when-it-does-not-start.md is current");
  else if (Deno.args.includes("--write")) {
    await Deno.writeTextFile(PAGE, shall);
    console.log("when-it-does-not-start.md written");
  } else {
    console.log("when-it-does-not-start.md is not current; run with --write");
    Deno.exitCode = 1;
  }
}
