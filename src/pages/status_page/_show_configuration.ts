import type { ShownElement, ShownLocation } from "../../config/mod.ts";
import type { Browser, PageElement } from "./_browser.ts";
import { byId, make, show } from "./_elements.ts";

/** One line of the table. */
export interface ConfigurationRow {
  readonly name: string;
  readonly value: string;
  readonly origin: string;
}

/** Flattens an element: settings as `section/child/@name`, each item of a list as one line. */
export function rowsOf(element: ShownElement, above: string): ConfigurationRow[] {
  const name = above === "" ? element.name : `${above}/${element.name}`;
  const inner = element.elements.flatMap((one) => rowsOf(one, name));
  if (element.origin === undefined) {
    const settings = element.settings.map(({ name: attribute, value, origin }) => ({
      name: `${name}/@${attribute}`,
      value,
      origin,
    }));
    return [...settings, ...inner];
  }
  const written = element.settings.filter(({ isDefault }) => !isDefault);
  const value = written.map((setting) => `${setting.name}="${setting.value}"`).join(" ");
  return [{ name, value, origin: element.origin }, ...inner];
}

/** Shows the configuration in use: what was written, or everything. */
export function showConfiguration(browser: Browser, locations: readonly ShownLocation[]): void {
  const tables = byId(browser, "configuration");
  const draw = () => {
    const wanted = byId(browser, "filter").value.trim().toLowerCase();
    const isAll = byId(browser, "built-in").checked;
    const parts = locations.flatMap(({ path, sections }) => {
      const rows = sections.flatMap((section) => rowsOf(section, "")).filter((row) =>
        (isAll || row.origin !== "built-in") &&
        `${row.name} ${row.value} ${row.origin}`.toLowerCase().includes(wanted)
      );
      return rows.length > 0 ? [makeTable(browser, path, rows)] : [];
    });
    tables.replaceChildren(...parts);
    byId(browser, "no-configuration").hidden = parts.length > 0;
    show(browser, "no-configuration", "Nothing here is called so");
  };
  // Set anew each time: a page has these controls once, and the newest configuration counts.
  byId(browser, "filter").oninput = byId(browser, "built-in").onchange = draw;
  draw();
}

/** Makes the table of one place. */
export function makeTable(
  browser: Browser,
  path: string,
  rows: readonly ConfigurationRow[],
): PageElement {
  const caption = make(browser, "caption", "", path === "" ? "Application" : `Below /${path}`);
  const names = ["Setting", "Value", "Where it was said"].map((name) => {
    const cell = make(browser, "th", "", name);
    cell.setAttribute("scope", "col");
    return cell;
  });
  const body = rows.map(({ name, value, origin }) =>
    make(
      browser,
      "tr",
      "",
      make(browser, "td", "mono", name),
      make(browser, "td", "mono value", value),
      make(browser, "td", "faint", origin),
    )
  );
  return make(
    browser,
    "table",
    "configuration",
    caption,
    make(browser, "thead", "", make(browser, "tr", "", ...names)),
    make(browser, "tbody", "", ...body),
  );
}
