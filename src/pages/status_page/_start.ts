import type { Browser } from "./_browser.ts";
import { ask, follow } from "./_connection.ts";
import { byId } from "./_elements.ts";
import type { PageState } from "./_page_state.ts";
import { announce } from "./_show_events.ts";

/** Begins to follow the host, and takes commands for it. */
export function startPage(browser: Browser): void {
  const page: PageState = {
    browser,
    history: { requests: [], failed: [], medianMs: [], slowMs: [], inFlight: [] },
    last: undefined,
    startedAt: "",
    generation: undefined,
    connection: new AbortController(),
    isBusy: false,
  };
  byId(browser, "token-form").addEventListener("submit", (event) => {
    event.preventDefault();
    browser.sessionStorage.setItem("token", byId(browser, "token").value.trim());
    void follow(page);
  });
  byId(browser, "recycle").addEventListener("click", () => void recycle(page));
  const dialog = byId(browser, "stop-dialog");
  byId(browser, "stop").addEventListener("click", () => dialog.showModal());
  byId(browser, "stop-no").addEventListener("click", () => dialog.close());
  byId(browser, "stop-yes").addEventListener("click", () => {
    dialog.close();
    void command(page, "stop", "The host is asked to stop …");
  });
  void follow(page);
}

/** Asks for a recycle and says how it ended. */
export async function recycle(page: PageState): Promise<void> {
  await command(page, "recycle", "The backend is being recycled …");
}

/** Sends a command; meanwhile there is no other. */
export async function command(page: PageState, path: string, meanwhile: string): Promise<void> {
  const { browser } = page;
  const buttons = [byId(browser, "recycle"), byId(browser, "stop")];
  page.isBusy = true;
  for (const button of buttons) button.disabled = true;
  announce(browser, meanwhile, false);
  try {
    const response = await ask(page, path, { method: "POST" });
    const text = await response.text();
    const isJson = (response.headers.get("Content-Type") ?? "").includes("json");
    announce(browser, isJson ? `${JSON.parse(text).message}.` : text.trim(), !response.ok);
  } catch {
    announce(browser, "No answer: the connection to the host broke off.", true);
  }
  page.isBusy = false;
  for (const button of buttons) button.disabled = false;
}
