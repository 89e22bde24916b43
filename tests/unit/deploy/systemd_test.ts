import assert from "node:assert/strict";
import { SPARE_S, STOP_S } from "../../support/stop_times.ts";

const UNIT = new URL("../../../deploy/systemd/ancm-host@.service", import.meta.url);

Deno.test("the unit waits as long as a stop may take, and lets the host alone hear of it", async () => {
  const unit = await Deno.readTextFile(UNIT);
  const of = (name: string) => new RegExp(`^${name}=(.*)$`, "m").exec(unit)?.[1];
  assert.equal(Number(of("TimeoutStopSec")), STOP_S + SPARE_S);
  // To all at once it would go to the backend, too, in the middle of requests.
  assert.equal(of("KillMode"), "mixed");
  assert.equal(of("KillSignal"), "SIGTERM");
  // Without either .NET does not start: it pins threads, and it compiles, as the host does.
  assert.ok(/^SystemCallFilter=.*\bsched_setaffinity\b/m.test(unit));
  assert.equal(of("MemoryDenyWriteExecute"), undefined);
});
