import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";

/** Where Debian and others put the browser. */
const PLACES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

const program: string | undefined = Deno.env.get("CHROMIUM") ?? PLACES.find(isFile);

/** A page of a browser that is this test's own, and what went wrong in it. */
export interface BrowserPage extends AsyncDisposable {
  readonly page: Page;
  /** What its console and its content security policy complain about, in order. */
  readonly complaints: readonly string[];
}

/** Registers a test that needs a browser; without one it is skipped, and one line says so. */
export function browserTest(name: string, fn: () => Promise<void>): void {
  if (program === undefined) {
    const line = `skipped: ${name}: no chromium on this machine\n`;
    Deno.stdout.writeSync(new TextEncoder().encode(line));
  }
  // The driver keeps timers and pipes of its own until its process ends.
  Deno.test({ name, fn, ignore: !program, sanitizeOps: false, sanitizeResources: false });
}

/** Starts a browser with an empty page, for one test. */
export async function openPage(options: BrowserContextOptions = {}): Promise<BrowserPage> {
  await using undo = new AsyncDisposableStack();
  const browser: Browser = await chromium.launch({
    ...(program === undefined ? {} : { executablePath: program }),
    // Containers that run tests as root give a browser no sandbox of its own.
    args: ["--no-sandbox", "--disable-dev-shm-usage"],
    timeout: 60_000,
  });
  undo.defer(() => browser.close());
  const context = await browser.newContext(options);
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  const rest = undo.move();
  return { page, complaints, [Symbol.asyncDispose]: () => rest.disposeAsync() };
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}
