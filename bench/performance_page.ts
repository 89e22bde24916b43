import { type Answer, rowsOf } from "./answer.ts";
import { LEAST_CORES, type Verdict, verdictRows } from "./targets.ts";

const KEPT_BEGIN = "<!-- kept by hand: begin -->";
const KEPT_END = "<!-- kept by hand: end -->";

const FIRST_KEPT = `
## What was tried

Nothing yet. Write down here what was tried, with the profile that suggested it and what it gave.
`;

/** What the page about performance is made of. */
export interface PerformancePage {
  /** When it was measured, as a reader shall see it. */
  readonly date: string;
  readonly machine: readonly string[];
  readonly plan: string;
  readonly asked: readonly AskedQuestion[];
  readonly verdicts: readonly Verdict[];
  readonly cores: number;
  /** The page as it is now; absent where there is none. What was written by hand in it is kept. */
  readonly before?: string;
}

/** A question of a bench file with what it came to. */
export interface AskedQuestion {
  readonly question: string;
  readonly answer: Answer;
}

/**
 * Writes the page about performance as Markdown.
 *
 * @throws {Error} when the page before has lost the marks around what was written by hand
 */
export function performancePage(page: PerformancePage): string {
  return `# Performance

Written by \`deno task bench\` on ${page.date}; only what stands between the two marks at the end is written by hand.
Ratios within one run say more than the figures, which belong to this machine. The host is one process with one thread
for JavaScript.

![Each measure, of every contender](performance.svg)

## Targets

${markdownTable(verdictRows(page.verdicts))}
${page.cores < LEAST_CORES ? `\nNothing is judged on fewer than ${LEAST_CORES} cores.\n` : ""}
## The machine

${list(page.machine)}

## How it is measured

${page.plan}

${METHOD}
## The questions

${page.asked.map(questionText).join("\n")}
${KEPT_BEGIN}${keptByHand(page.before)}${KEPT_END}
`;
}

/** Gives what stands between the marks of a page. @throws {Error} when it has a page without them */
export function keptByHand(page: string | undefined): string {
  if (page === undefined) return FIRST_KEPT;
  const [begin, end] = [page.indexOf(KEPT_BEGIN), page.lastIndexOf(KEPT_END)];
  if (begin < 0 || end < begin) {
    throw new Error(
      `Cannot write the page about performance: put "${KEPT_BEGIN}" and "${KEPT_END}" around what it shall keep`,
    );
  }
  return page.slice(begin + KEPT_BEGIN.length, end);
}

const METHOD =
  `- There is one backend: the app of \`examples/aspnetcore\` on Kestrel, started by the host, whose \`web.config\` gives it a port
  and a pairing token that the bench knows. Everybody is measured with that very process behind, equally warm.
- Every gateway adds the same to a request: the token, \`X-Forwarded-For\` with address and port (YARP: without port) and
  \`X-Forwarded-Proto\`; it keeps \`Host\`. The client that reaches Kestrel directly sends these itself.
- nginx: workers on auto, \`keepalive 128\`, HTTP/1.1 to the backend, no access log, otherwise its defaults. HAProxy: threads as it
  likes, \`maxconn 4000\` (more for the idle connections), connections reused. Caddy: 128 idle connections to the backend, its
  compression off. YARP: on Kestrel, as its documentation sets it up. All speak HTTP/1.1 to the backend.
- wrk with at most two threads and h2load make the load, on the same machine as everything else.
- Rounds take turns (A B C A B C …) after a warm-up; figures are medians, with the lowest and the highest round beside.
  p50 and p99 are latencies. "CPU a request" is the processor time of the gateway's own processes.
- The last column says how many times each one's figure the host's is.
`;

function questionText({ question, answer }: AskedQuestion): string {
  const tables = answer.measures.map((measure) => markdownTable(rowsOf(measure)) + "\n");
  const notes = answer.notes.length === 0 ? [] : [list(answer.notes) + "\n"];
  return [`### ${question}\n`, ...tables, ...notes].join("\n");
}

function markdownTable([titles = [], ...rows]: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  const rule = titles.map((_, i) => i === 0 ? "---" : "---:");
  return [line(titles), line(rule), ...rows.map(line)].join("\n");
}

function list(lines: readonly string[]): string {
  return lines.map((line) => `- ${line}`).join("\n");
}
