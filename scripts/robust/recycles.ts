import { join } from "node:path";
import type { RunningHost } from "../../tests/support/executable.ts";
import { recycled } from "../../tests/support/executable_control.ts";
import { until } from "../../tests/support/executable_wait.ts";

const RECYCLES = 10;
/** Between two of them, so that the next one meets a backend at full speed. Milliseconds. */
const WARM_MS = 1_000;
/** wrk counts an answer that takes longer as failed. Seconds. */
const PATIENCE_S = 60;
const LATENCY_SCRIPT = `
done = function(summary, latency, requests)
  local slow, all = 0, 0
  for i = 1, #latency do
    local value, count = latency(i)
    all = all + count
    if value > 1000000 then slow = slow + count end
  end
  io.write(string.format("slowest %d ms, %.3f %% above 1 s\\n", latency.max / 1000, 100 * slow / all))
end
`;

/** Recycles ten times in a row while wrk asks on 64 connections. @throws where a request failed */
export async function recyclesUnderWrk(
  host: RunningHost,
  recycle: (host: RunningHost) => Promise<void> = recycled,
): Promise<string> {
  const script = await Deno.makeTempFile({ suffix: ".lua" });
  await Deno.writeTextFile(script, LATENCY_SCRIPT);
  try {
    const args = [
      "-t2",
      "-c64",
      "-d600s",
      `--timeout=${PATIENCE_S}s`,
      "-s",
      script,
      `${host.url}/`,
    ];
    const wrk = new Deno.Command("wrk", { args, stdout: "piped", stderr: "piped" }).spawn();
    const times: number[] = [];
    try {
      for (let i = 0; i < RECYCLES; i++) {
        const begun = performance.now();
        await recycle(host);
        times.push(performance.now() - begun);
        await new Promise((resolve) => setTimeout(resolve, WARM_MS));
      }
    } finally {
      wrk.kill("SIGINT"); // it then tells what it has seen
    }
    const { stdout } = await wrk.output();
    const text = new TextDecoder().decode(stdout);
    const bad = /Socket errors:.*|Non-2xx.*/.exec(text)?.[0];
    if (bad !== undefined) throw new Error(`${bad}; ${text}`);
    const [requests = "nothing"] = /\d+ requests in [\d.]+\w+/.exec(text) ?? [];
    const [slowest = "no latency"] = /slowest .*/.exec(text) ?? [];
    return `${requests}, ${RECYCLES} recycles of at most ${
      Math.round(Math.max(...times))
    } ms, 0 failed, ${slowest}`;
  } finally {
    await Deno.remove(script);
  }
}

/** Touches web.config in a folder and waits until the application was recycled for that. */
export async function touched(host: RunningHost, dir: string): Promise<void> {
  const ends = () => host.log.named("backend-recycled").length;
  const before = ends();
  await Deno.utime(join(dir, "web.config"), new Date(), new Date());
  await until("the recycle", () => ends() > before);
}
