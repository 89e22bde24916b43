import type { ProcessStatus } from "../../contract/backend_status.ts";
import type { HostStatus } from "../../contract/host_status.ts";
import type { Browser, PageElement } from "./_browser.ts";
import { byId, make, makeTime, show } from "./_elements.ts";
import { type Rates, ratesBetween, shownMs, shownNumber, shownSpan } from "./_numbers.ts";
import type { PageState, Sample } from "./_page_state.ts";
import { drawPlot } from "./_plot.ts";

/** Shows a sample, and how it differs from the one before. */
export function showSample(page: PageState, sample: Sample): void {
  const { browser, last, startedAt } = page;
  const { status } = sample;
  const isSameHost = startedAt === status.startedAt;
  const rates = last && isSameHost
    ? ratesBetween(last.totals, sample.totals, sample.atMs - last.atMs)
    : undefined;
  page.last = sample;
  page.startedAt = status.startedAt;
  showHost(browser, status);
  showProcesses(browser, status.backend.processes, sinceStart(status));
  remember(page, status.traffic.inFlight, rates);
  showPlots(page, sample, rates);
}

/** Leaves a gap where nothing is known: one for each second that goes by without a sample. */
export function remember(page: PageState, inFlight: number | null, rates?: Rates): void {
  const { history } = page;
  history.inFlight.push(inFlight);
  history.requests.push(rates ? rates.requests : null);
  history.failed.push(rates ? rates.failed : null);
  history.medianMs.push(rates ? rates.medianMs : null);
  history.slowMs.push(rates ? rates.slowMs : null);
  for (const values of Object.values(history)) {
    if (values.length > 120) values.shift();
  }
}

/** Gives the date of the host's clock: the browser's may be another. */
export function sinceStart({ startedAt, uptimeS }: HostStatus): number {
  return Date.parse(startedAt) + uptimeS * 1_000;
}

/** Shows what is true of the host as a whole. */
export function showHost(browser: Browser, status: HostStatus): void {
  const { backend, readiness } = status;
  const folder = status.appDir.split(/[\\/]/).filter((part) => part !== "").pop() ?? status.appDir;
  browser.document.title = `${status.draining ? "stopping" : backend.state} · ${folder}`;
  show(browser, "folder", folder);
  show(browser, "app-dir", status.appDir);
  show(browser, "state", status.draining ? "host stops" : backend.state);
  byId(browser, "state").setAttribute("data-state", status.draining ? "stopping" : backend.state);
  show(browser, "reason", readiness.reason);
  byId(browser, "reason").className = readiness.ready ? "" : "bad";
  show(browser, "generation", String(backend.generation));
  show(browser, "uptime", shownSpan(status.uptimeS));
  show(browser, "starts", shownNumber(backend.starts));
  show(browser, "crashes", shownNumber(backend.crashes));
  show(browser, "recycles", shownNumber(backend.recycles));
  show(browser, "version", `ancm-host ${status.version}, process ${status.pid}`);
  show(browser, "urls", status.urls.join("  "));
  const { lastFailure } = backend;
  byId(browser, "last-failure").hidden = lastFailure === undefined;
  if (lastFailure) {
    const date = new Date(lastFailure.at).toLocaleString("en-GB");
    const isOver = backend.state === "ready";
    byId(browser, "last-failure").className = isOver ? "faint" : "bad";
    show(browser, "last-failure", `Last failed start, ${date}: ${lastFailure.message}`);
  }
}

/** Shows the processes of the backend, newest generation first. */
export function showProcesses(
  browser: Browser,
  processes: readonly ProcessStatus[],
  nowMs: number,
): void {
  const rows = [...processes].sort((one, other) => other.id - one.id).map((one) => {
    const state = make(browser, "span", "pill", one.state);
    state.setAttribute("data-state", one.state);
    const cells: (PageElement | string)[][] = [
      [state],
      [String(one.generation)],
      [one.pid === undefined ? "–" : String(one.pid)],
      [one.port === undefined ? "–" : String(one.port)],
      [shownSpan((nowMs - Date.parse(one.startedAt)) / 1_000)],
      [makeTime(browser, one.startedAt)],
    ];
    return make(browser, "tr", "", ...cells.map((cell) => make(browser, "td", "", ...cell)));
  });
  byId(browser, "processes").replaceChildren(...rows);
  byId(browser, "no-processes").hidden = rows.length > 0;
}

/** Shows the numbers and draws the plots. */
export function showPlots(page: PageState, sample: Sample, rates: Rates | undefined): void {
  const { browser, history } = page;
  const { inFlight } = sample.status.traffic;
  const { ended, failed } = sample.totals;
  const perSecond = (value: number) => `${shownNumber(value)}/s`;
  const requests = rates ? shownNumber(rates.requests) : "–";
  const errors = rates ? shownNumber(rates.failed) : "–";
  const median = rates ? shownMs(rates.medianMs) : "–";
  const slow = rates ? shownMs(rates.slowMs) : "–";
  show(browser, "requests-now", requests);
  show(browser, "requests-total", `${shownNumber(ended)} in all`);
  show(browser, "failed-now", errors);
  show(browser, "failed-total", `${shownNumber(failed)} in all`);
  show(browser, "median-now", median);
  show(browser, "slow-now", slow);
  show(browser, "in-flight-now", shownNumber(inFlight));
  const places = Math.min(120, Math.max(30, history.inFlight.length));
  const plot = { places, shown: perSecond };
  drawPlot(browser, {
    ...plot,
    id: "requests-plot",
    label: `Requests a second for up to two minutes: now ${requests}`,
    lines: [{ className: "blue", values: history.requests }],
  });
  drawPlot(browser, {
    ...plot,
    id: "failed-plot",
    label: `Failed requests a second for up to two minutes: now ${errors}`,
    lines: [{ className: "red", values: history.failed }],
  });
  drawPlot(browser, {
    ...plot,
    id: "latency-plot",
    label: `Duration of requests for up to two minutes: now median ${median}, slowest 5% ${slow}`,
    lines: [
      { className: "violet", values: history.slowMs },
      { className: "blue", values: history.medianMs },
    ],
    shown: shownMs,
  });
  drawPlot(browser, {
    ...plot,
    id: "in-flight-plot",
    label: `Requests in flight for up to two minutes: now ${inFlight}`,
    lines: [{ className: "green", values: history.inFlight }],
    shown: shownNumber,
  });
}
