import { type Answer, HOST, type Measure, type Result } from "./answer.ts";

const WIDTH = 760;
const COLUMNS = 2;
const GAP = 28;
const PANEL_WIDTH = (WIDTH - GAP * (COLUMNS + 1)) / COLUMNS;
const TITLE_HEIGHT = 30;
const BAR_HEIGHT = 13;
const BAR_STEP = 20;
const LABEL_WIDTH = 96;
const VALUE_WIDTH = 52;

/** Both themes: a reader's browser chooses. */
const STYLE = `
  text { font: 12px system-ui, sans-serif; fill: #1f2328 }
  .title { font-weight: 600 }
  .value { fill: #59636e }
  .bar { fill: #afb8c1 }
  .host { fill: #0969da }
  @media (prefers-color-scheme: dark) {
    text { fill: #f0f6fc }
    .value { fill: #9198a1 }
    .bar { fill: #59636e }
    .host { fill: #4493f8 }
  }
`;

/**
 * Draws the measures that are a rate or a size of all contenders as bars, one panel each, the host's in colour.
 * The picture has no background, so that it suits light and dark pages.
 */
export function plot(answers: readonly Answer[]): string {
  const measures = answers.flatMap((answer) => answer.measures)
    .filter(({ results }) => results.length > 1 && results.some(isHost));
  const rows = Math.ceil(measures.length / COLUMNS);
  const panelHeight = TITLE_HEIGHT + BAR_STEP * Math.max(...measures.map(barCount), 0);
  const height = GAP + rows * (panelHeight + GAP);
  const panels = measures.map((measure, i) => {
    const x = GAP + (i % COLUMNS) * (PANEL_WIDTH + GAP);
    const y = GAP + Math.floor(i / COLUMNS) * (panelHeight + GAP);
    return `<g transform="translate(${x} ${y})">\n${panel(measure)}\n</g>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img">
<title>Each measure, of every contender</title>
<style>${STYLE}</style>
${panels.join("\n")}
</svg>
`;
}

function panel({ title, unit, better, digits = 0, results }: Measure): string {
  const shown = results.filter(({ median }) => Number.isFinite(median));
  const most = Math.max(...shown.map(({ median }) => median));
  const bars = shown.map((result, i) =>
    bar(result, result.median / most, TITLE_HEIGHT + i * BAR_STEP - BAR_HEIGHT, digits)
  );
  const hint = better === "less" ? ", less is better" : "";
  return [`<text class="title">${escape(`${title}, ${unit}${hint}`)}</text>`, ...bars].join("\n");
}

function bar(result: Result, share: number, y: number, digits: number): string {
  const room = PANEL_WIDTH - LABEL_WIDTH - VALUE_WIDTH;
  const width = Math.max(1, share * room).toFixed(1);
  const base = y + BAR_HEIGHT - 2;
  return [
    `<text y="${base}">${escape(result.contender)}</text>`,
    `<rect class="${
      isHost(result) ? "host" : "bar"
    }" x="${LABEL_WIDTH}" y="${y}" width="${width}" ` +
    `height="${BAR_HEIGHT}" rx="2"/>`,
    `<text class="value" x="${LABEL_WIDTH + Number(width) + 6}" y="${base}">` +
    `${result.median.toFixed(digits)}</text>`,
  ].join("\n");
}

function isHost({ contender }: Result): boolean {
  return contender === HOST;
}

function barCount({ results }: Measure): number {
  return results.length;
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
