import type { Browser, PageElement } from "./_browser.ts";

/** Finds an element that the page has. */
export function byId({ document }: Browser, id: string): PageElement {
  const element = document.getElementById(id);
  if (!element) throw new Error(`No element "${id}"`);
  return element;
}

/** Makes an element; text among its children stays text, whatever is in it. */
export function make(
  { document }: Browser,
  name: string,
  className: string,
  ...children: (PageElement | string)[]
): PageElement {
  const element = document.createElement(name);
  if (className !== "") element.className = className;
  element.append(...children);
  return element;
}

/** Sets a text only where it differs, so that nothing is read out or drawn again without need. */
export function show(browser: Browser, id: string, text: string): void {
  const element = byId(browser, id);
  if (element.textContent !== text) element.textContent = text;
}

/** Makes a time of day, or of another day. */
export function makeTime(browser: Browser, iso: string): PageElement {
  const date = new Date(iso);
  const isToday = date.toDateString() === new Date().toDateString();
  const shown = isToday ? date.toLocaleTimeString("en-GB") : date.toLocaleString("en-GB");
  const time = make(browser, "time", "", shown);
  time.setAttribute("datetime", iso);
  time.setAttribute("title", date.toLocaleString("en-GB"));
  return time;
}
