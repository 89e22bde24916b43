import type { FailedRequest, OutputLine, OutputPiece } from "../../contract/live_status.ts";
import type { Browser, PageElement } from "./_browser.ts";
import { byId, make, makeTime, show } from "./_elements.ts";

/** Shows the failures, newest first. */
export function showFailures(browser: Browser, failures: readonly FailedRequest[]): void {
  byId(browser, "failures").replaceChildren(...failures.map((one) => makeFailure(browser, one)));
  byId(browser, "no-failures").hidden = failures.length > 0;
}

/** Makes the entry of one kind of failure. */
export function makeFailure(browser: Browser, failure: FailedRequest): PageElement {
  const { at, count, id, status, code, side, method, path, message, advice } = failure;
  const badge = make(browser, "span", `code ${side}`, status);
  badge.setAttribute("title", code);
  const head = make(browser, "p", "failure-head", badge, " ");
  head.append(make(browser, "span", "target", `${method} ${path}`), " ");
  if (count > 1) head.append(make(browser, "span", "count", `${count} times`), " ");
  head.append(make(browser, "span", "faint", makeTime(browser, at), ` · request ${id}`));
  return make(
    browser,
    "li",
    "",
    head,
    make(browser, "p", "", `${message}.`),
    make(browser, "p", "advice", `${advice}.`),
  );
}

/** Adds lines of the backend's output; stays at the end for who reads there, and moves nothing for who reads above. */
export function showOutput(browser: Browser, { lines, missed }: OutputPiece): void {
  const log = byId(browser, "output");
  const isAtEnd = log.scrollTop + log.clientHeight >= log.scrollHeight - 4;
  if (missed > 0) log.append(make(browser, "div", "missed", `${missed} lines are not shown here`));
  log.append(...lines.map((line) => makeOutputLine(browser, line)));
  while (log.childElementCount > 500) log.firstElementChild?.remove();
  byId(browser, "no-output").hidden = log.childElementCount > 0;
  log.hidden = log.childElementCount === 0;
  if (isAtEnd) log.scrollTop = log.scrollHeight;
}

/** Makes the entry of a line. */
export function makeOutputLine(browser: Browser, line: OutputLine): PageElement {
  const { at, pid, stream, text } = line;
  const from = make(browser, "span", "faint", makeTime(browser, at), ` ${pid} `);
  // What is red for some needs a word for others.
  const mark = stream === "stderr" ? [make(browser, "span", "unseen", "error output: ")] : [];
  return make(browser, "div", stream, from, ...mark, text);
}

/** Says something once to everybody. */
export function announce(browser: Browser, text: string, isBad: boolean): void {
  byId(browser, "told").className = isBad ? "bad" : "";
  show(browser, "told", text);
}
