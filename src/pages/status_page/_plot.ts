import type { Browser, PageElement } from "./_browser.ts";
import { byId, show } from "./_elements.ts";
import { roundAbove } from "./_numbers.ts";

/** One line of a plot. */
export interface PlotLine {
  /** Of the style sheet. */
  readonly className: string;
  /** Oldest first; null where there is nothing to draw. */
  readonly values: readonly (number | null)[];
}

/** A plot of the last seconds. */
export interface Plot {
  /** Of its `svg` element; `…-top` is the label of its upper edge. */
  readonly id: string;
  /** For who does not see it. */
  readonly label: string;
  readonly lines: readonly PlotLine[];
  /** How many values fit in its width. */
  readonly places: number;
  readonly shown: (value: number) => string;
}

/** Draws a plot anew: the newest value stands at the right edge, and the upper edge is a round number. */
export function drawPlot(browser: Browser, { id, label, lines, places, shown }: Plot): void {
  const top = roundAbove(Math.max(0, ...lines.flatMap(({ values }) => values.map((v) => v ?? 0))));
  const svg = byId(browser, id);
  svg.setAttribute("viewBox", `0 0 ${places - 1} 100`);
  svg.setAttribute("aria-label", label);
  svg.replaceChildren(...lines.flatMap(({ className, values }) => {
    const runs = plotRuns(values, places, top);
    return [
      plotPath(browser, `${className} area`, runs.map(areaOf).join("")),
      plotPath(browser, `${className} line`, runs.map(lineOf).join("")),
    ];
  }));
  show(browser, `${id}-top`, shown(top));
}

/** Gives the points of each run of values without a gap; y is 98 at zero and 4 at the top. */
export function plotRuns(
  values: readonly (number | null)[],
  places: number,
  top: number,
): [x: number, y: number][][] {
  const runs: [x: number, y: number][][] = [];
  let run: [x: number, y: number][] | undefined;
  values.forEach((value, place) => {
    if (value === null) return run = undefined;
    if (!run) runs.push(run = []);
    const y = 98 - 94 * value / top;
    run.push([places - values.length + place, Math.round(y * 100) / 100]);
  });
  return runs;
}

/** Writes a run as a line; one value alone is a short one. */
export function lineOf(run: [x: number, y: number][]): string {
  const [first] = run;
  if (!first) return "";
  if (run.length === 1) return `M${first[0] - 0.5} ${first[1]}h0.5`;
  return `M${run.map(([x, y]) => `${x} ${y}`).join("L")}`;
}

/** Writes a run as the area below it. */
export function areaOf(run: [x: number, y: number][]): string {
  const [first, last] = [run[0], run[run.length - 1]];
  if (!first || !last) return "";
  return `M${first[0]} 98L${run.map(([x, y]) => `${x} ${y}`).join("L")}L${last[0]} 98Z`;
}

/** Makes a path. */
export function plotPath({ document }: Browser, className: string, d: string): PageElement {
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("class", className);
  path.setAttribute("d", d);
  return path;
}
