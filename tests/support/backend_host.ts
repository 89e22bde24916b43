/**
 * A host that is nothing but a backend, run as a process of its own so that a test can kill it. Takes the application
 * folder and a JSON object of the settings of `aspNetCore`; starts the backend at once, and again when it is no more.
 * Prints each event as a line of JSON. SIGTERM stops it gracefully.
 */
import { createBackend } from "../../src/backend/mod.ts";
import { systemClock } from "../../src/contract/clock.ts";
import { probe } from "../../src/gateway/probe.ts";
import { requestShutdown } from "../../src/gateway/shutdown_request.ts";
import { appConfig } from "./app_config.ts";

const [root = "", settings = "{}"] = Deno.args;
const print = (value: unknown) =>
  Deno.stdout.writeSync(new TextEncoder().encode(`${JSON.stringify(value)}\n`));

const backend = createBackend({
  config: appConfig(root, JSON.parse(settings)),
  pathBase: "/",
  hostEnvironment: Deno.env.toObject(),
  clock: systemClock,
  report: print,
  output: (line) => print({ name: "backend-output", message: line.text, facts: { pid: line.pid } }),
  probe,
  requestShutdown: (target, signal) => requestShutdown("/", target, signal),
});
Deno.addSignalListener("SIGTERM", async () => {
  await backend.stop();
  Deno.exit(0);
});
const { signal } = new AbortController();
for (let now = backend.directory.current();; now = await backend.directory.changed(now, signal)) {
  if (now.state === "stopped") backend.directory.want();
}
