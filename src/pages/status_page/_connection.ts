import { byId, show } from "./_elements.ts";
import { takeMessages } from "./_event_lines.ts";
import type { PageState } from "./_page_state.ts";
import { showConfiguration } from "./_show_configuration.ts";
import { showFailures, showOutput } from "./_show_events.ts";
import { remember, showSample } from "./_show_sample.ts";

/** Asks the host for something, with the token where there is one. */
export function ask(
  { browser }: PageState,
  path: string,
  init: { method?: string; signal?: AbortSignal } = {},
): Promise<Response> {
  const token = browser.sessionStorage.getItem("token");
  const headers: Record<string, string> = token === null
    ? {}
    : { Authorization: `Bearer ${token}` };
  return browser.fetch(path, { ...init, headers, cache: "no-store" });
}

/** Follows the host, over one connection after the other, in the place of what followed it. Ends where only a person can help. */
export async function follow(page: PageState): Promise<void> {
  const { browser } = page;
  page.connection.abort();
  const { signal } = page.connection = new AbortController();
  while (!signal.aborted) {
    try {
      const response = await ask(page, "events", { signal });
      if (response.status === 401) return askForToken(page);
      if (response.status === 403) return await explain(page, response);
      if (!response.ok || !response.body) {
        const why = (await response.text()).trim();
        showConnection(page, "lost", why === "" ? `Status ${response.status}` : why);
      } else await readEvents(page, response.body);
    } catch (error) {
      if (signal.aborted) return;
      browser.reportError(error);
      showConnection(page, "lost", "No connection to the host; trying again");
    }
    page.last = undefined;
    await new Promise<void>((resolve) => void browser.setTimeout(resolve, 2_000));
    for (let second = 0; second < 2; second++) remember(page, null);
  }
}

/** Shows what comes of a stream until it ends, or rests for longer than a host ever does. */
export async function readEvents(
  page: PageState,
  body: ReadableStream<Uint8Array>,
): Promise<void> {
  const { browser } = page;
  const decoder = new TextDecoder();
  const reader = body.getReader();
  let rest = "";
  byId(browser, "output").replaceChildren();
  for (;;) {
    const timer = browser.setTimeout(() => void reader.cancel(), 10_000);
    const { done, value } = await reader.read();
    browser.clearTimeout(timer);
    if (done) {
      return showConnection(page, "lost", "The host has stopped or went away; trying again");
    }
    const taken = takeMessages(rest + decoder.decode(value, { stream: true }));
    rest = taken.rest;
    for (const { name, text } of taken.messages) take(page, name, JSON.parse(text));
  }
}

/** Shows what an event tells. */
// deno-lint-ignore no-explicit-any -- the host that serves the page wrote it
export function take(page: PageState, name: string, value: any): void {
  if (name === "failures") return showFailures(page.browser, value);
  if (name === "output") return showOutput(page.browser, value);
  if (name !== "sample") return;
  showConnection(page, "live", "Live");
  showSample(page, value);
  const { generation } = value.status.backend;
  if (page.generation !== generation) void loadConfiguration(page, generation);
}

/** Shows the configuration that is in use; asked for again with the next generation, and after a failure. */
export async function loadConfiguration(page: PageState, generation: number): Promise<void> {
  page.generation = generation;
  try {
    const response = await ask(page, "configuration", { signal: AbortSignal.timeout(10_000) });
    if (!response.ok) throw new Error(`Status ${response.status}`);
    const { files, locations } = await response.json();
    show(page.browser, "files", files.join(", "));
    showConfiguration(page.browser, locations);
  } catch {
    page.generation = undefined;
  }
}

/** Says whether what is seen is of this moment. */
export function showConnection(page: PageState, state: "live" | "lost", text: string): void {
  const { browser } = page;
  byId(browser, "connection").setAttribute("data-connection", state);
  show(browser, "connection", text);
  byId(browser, "token-form").hidden = true;
  const isEmpty = page.startedAt === "" && state === "lost";
  byId(browser, "main").hidden = byId(browser, "commands").hidden = isEmpty;
  const isUsable = state === "live" && !page.isBusy;
  byId(browser, "recycle").disabled = byId(browser, "stop").disabled = !isUsable;
}

/** Asks for the token; that one was wrong which is there already. */
export function askForToken(page: PageState): void {
  const { browser } = page;
  const isWrong = browser.sessionStorage.getItem("token") !== null;
  browser.sessionStorage.removeItem("token");
  page.startedAt = "";
  showConnection(page, "lost", "Locked");
  byId(browser, "token-form").hidden = false;
  show(browser, "token-wrong", isWrong ? "That is not the token of this host." : "");
  byId(browser, "token").value = "";
  byId(browser, "token").focus();
}

/** Shows why the host gives nothing here. */
export async function explain(page: PageState, response: Response): Promise<void> {
  page.startedAt = "";
  showConnection(page, "lost", (await response.text()).trim());
}
