import assert from "node:assert/strict";
import { systemClock } from "../../src/contract/clock.ts";
import { AdminEvents } from "../../src/pages/admin_events.ts";
import type { Listeners } from "../../src/server/listener.ts";
import { type AdminFace, adminFace, hostStatus, listenAdmin } from "../support/admin_stage.ts";
import { type BrowserPage, browserTest, openPage } from "../support/chromium.ts";
import { eventually } from "../support/eventually.ts";
import {
  failedRequest,
  NO_REQUESTS,
  outputLine,
  type ScriptedSource,
  scriptedSource,
} from "../support/live_source.ts";

const TOKEN = "0123456789abcdef";

/** A host that a test plays, and a browser in front of it. */
interface Stage extends AsyncDisposable {
  readonly source: ScriptedSource;
  readonly face: AdminFace;
  readonly browser: BrowserPage;
  readonly url: string;
  listeners: Listeners;
}

async function stage(options: Parameters<typeof openPage>[0] = {}): Promise<Stage> {
  await using undo = new AsyncDisposableStack();
  const source = scriptedSource();
  const face = adminFace({ token: TOKEN, events: new AdminEvents(systemClock, source) });
  const listeners = await listenAdmin("http://127.0.0.1:0", face);
  const url = listeners.urls[0] ?? "";
  undo.defer(() => made.listeners[Symbol.asyncDispose]());
  const browser = undo.use(await openPage(options));
  const rest = undo.move();
  const made = {
    ...{ source, face, browser, url, listeners },
    [Symbol.asyncDispose]: () => rest.disposeAsync(),
  };
  return made;
}

/** Opens the page and gives the token. */
async function enter({ browser: { page }, url }: Stage): Promise<void> {
  await page.goto(url);
  await page.getByLabel("Token").fill(TOKEN);
  await page.keyboard.press("Enter");
  await page.getByText("Live").waitFor();
}

browserTest("the status page asks for the token, and keeps it for as long as its tab", async () => {
  await using s = await stage();
  const { page, complaints } = s.browser;
  await page.goto(s.url);
  const field = page.getByLabel("Token");
  await field.waitFor();
  assert.equal(await page.getByRole("main").isVisible(), false);
  assert.equal(await page.getByRole("button", { name: "Recycle" }).isVisible(), false);
  await field.fill("not the token");
  await page.getByRole("button", { name: "Show status" }).click();
  await page.getByText("That is not the token of this host.").waitFor();
  assert.equal(await field.inputValue(), "");
  await field.fill(TOKEN);
  await page.keyboard.press("Enter");
  await page.getByRole("main").waitFor();
  await page.reload();
  await page.getByRole("main").waitFor();
  assert.equal(await field.isVisible(), false);
  assert.deepEqual(complaints.filter((text) => !text.includes("401")), []);
});

browserTest("the status page says where the host has no token what to do", async () => {
  await using s = await stage();
  const bare = await listenAdmin("http://127.0.0.1:0", adminFace());
  await using _bare = bare;
  await s.browser.page.goto(bare.urls[0] ?? "");
  await s.browser.page.getByText("start the host with --admin-token-file FILE").waitFor();
});

browserTest("the status page shows how the host is, and what changes", async () => {
  await using s = await stage();
  const { page, complaints } = s.browser;
  await enter(s);
  assert.equal(await page.title(), "ready · app");
  const processes = page.getByRole("region", { name: "Processes" });
  assert.deepEqual((await processes.locator("tbody tr").allInnerTexts()).length, 1);
  assert.match(await processes.locator("tbody").innerText(), /ready\s+3\s+4711\s+23456/);
  await page.getByText("aspNetCore/@processPath").waitFor();
  assert.equal(await page.getByText("requestTimeout").count(), 0);
  await page.getByLabel("built-in values, too").check();
  await page.getByText("requestTimeout").waitFor();
  await page.getByLabel("Find").fill("shop_key");
  assert.equal(await page.locator("#configuration tbody tr").count(), 1);
  assert.match(await page.locator("#configuration tbody").innerText(), /value="\*\*\*"/);

  const { backend } = hostStatus();
  s.source.status = () =>
    hostStatus({ backend: { ...backend, state: "starting", generation: 4, processes: [] } });
  await page.locator("#state", { hasText: "starting" }).waitFor();
  await page.getByText("None runs: the next request starts one").waitFor();
  assert.deepEqual(complaints.filter((text) => !text.includes("401")), []);
});

browserTest("the status page plots what passes", async () => {
  await using s = await stage();
  const { page } = s.browser;
  let ended = 0;
  s.source.totals = () => ({ ...NO_REQUESTS, ended: ended += 500, counts: [0, ended, 0, 0] });
  await enter(s);
  const plot = page.locator("#requests-plot");
  await eventually(async () => {
    const line = await plot.locator("path.line").getAttribute("d");
    return /^M\d+ [\d.]+L\d+ [\d.]+/.test(line ?? "");
  });
  const shown = Number((await page.locator("#requests-now").innerText()).replace(",", ""));
  assert.ok(shown > 50 && shown <= 50_000, String(shown));
  assert.match(await page.locator("#median-now").innerText(), /^\d\.?\d* ms$/);
  assert.match(await plot.getAttribute("aria-label") ?? "", /^Requests a second .*: now [\d,]+$/);
});

browserTest("the status page shows as text whatever clients and backends write", async () => {
  await using s = await stage();
  const { page, complaints } = s.browser;
  const hostile = '<img src=x onerror="document.title=1"></script><script>alert(1)</script>';
  s.source.fail(failedRequest({ path: hostile, message: hostile, count: 12, side: "client" }));
  s.source.print(outputLine(hostile, "stderr"), outputLine("\x1b[31mred\u202e\0"));
  await enter(s);
  const failure = page.getByRole("list", { name: "Last failures" }).getByRole("listitem");
  await failure.waitFor();
  const text = await failure.innerText();
  assert.ok(text.includes(`GET ${hostile}`));
  assert.match(text, /^502\.5 /);
  assert.match(text, /12 times/);
  assert.match(text, /Read the last lines of its output\.$/);
  assert.ok((await page.getByRole("log").innerText()).includes(hostile));
  assert.equal(await page.locator("img").count(), 0);
  assert.deepEqual(complaints.filter((text) => !text.includes("401")), []);
});

browserTest(
  "the status page keeps the end of the output in sight, unless somebody reads above",
  async () => {
    await using s = await stage();
    const log = s.browser.page.getByRole("log");
    s.source.print(...Array.from({ length: 150 }, (_, n) => outputLine(`line ${n}`)));
    await enter(s);
    const place = () =>
      log.evaluate((element) => element.scrollHeight - element.clientHeight - element.scrollTop);
    await log.getByText("line 149").waitFor();
    assert.ok(await place() < 5);
    await log.evaluate((element) => element.scrollTop = 0);
    s.source.print(outputLine("the newest"));
    await log.getByText("the newest").waitFor();
    assert.ok(await place() > 100);
  },
);

browserTest("the status page recycles at a click, and says how that ended", async () => {
  await using s = await stage();
  await enter(s);
  await s.browser.page.getByRole("button", { name: "Recycle" }).click();
  await s.browser.page.getByRole("status").getByText("Generation 4 serves.").waitFor();
  assert.deepEqual(s.face.asked, ["recycle the admin listener"]);
});

browserTest(
  "the status page stops the host only where somebody is sure, by keyboard too",
  async () => {
    await using s = await stage();
    const { page } = s.browser;
    await enter(s);
    const dialog = page.getByRole("dialog", { name: "Stop the host?" });
    await page.getByRole("button", { name: "Stop …" }).focus();
    await page.keyboard.press("Enter");
    await dialog.waitFor();
    // What is harmless has the focus.
    await page.keyboard.press("Enter");
    await dialog.waitFor({ state: "hidden" });
    await page.keyboard.press("Enter");
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "hidden" });
    assert.deepEqual(s.face.asked, []);
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Stop the host" }).click();
    await page.getByText("The host drains, then stops.").waitFor();
    assert.deepEqual(s.face.asked, ["stop the admin listener"]);
  },
);

browserTest("the status page comes back when the host does", async () => {
  await using s = await stage();
  const { page } = s.browser;
  s.source.print(outputLine("only once"));
  await enter(s);
  await s.listeners[Symbol.asyncDispose]();
  await page.getByText("trying again").waitFor();
  assert.equal(await page.getByRole("button", { name: "Stop …" }).isDisabled(), true);
  s.listeners = await listenAdmin(s.url, s.face);
  await page.getByText("Live").waitFor();
  await page.getByText("only once").waitFor();
  assert.equal(await page.getByText("only once").count(), 1);
});

for (const [width, colorScheme] of [[320, "light"], [320, "dark"], [1_280, "dark"]] as const) {
  browserTest(`the status page fits ${width} pixels, ${colorScheme}`, async () => {
    await using s = await stage({ viewport: { width, height: 800 }, colorScheme });
    const { page } = s.browser;
    const long = "x".repeat(500);
    s.source.fail(failedRequest({ path: `/${long}`, message: long }));
    s.source.print(outputLine(long));
    await enter(s);
    await page.getByText(long).first().waitFor();
    const body = page.locator("body");
    const overflow = await body.evaluate((element) => element.scrollWidth - element.clientWidth);
    assert.equal(overflow, 0);
    const colour = await body.evaluate((element) =>
      element.ownerDocument.defaultView?.getComputedStyle(element).backgroundColor
    );
    assert.equal(colour, colorScheme === "dark" ? "rgb(20, 22, 26)" : "rgb(244, 245, 247)");
  });
}
