import assert from "node:assert/strict";
import { isDebuggerPipe, isTraced } from "../../../../src/backend/process/_debugger.ts";

Deno.test("isTraced() finds the tracer in /proc/PID/status (ANCM P-24)", () => {
  assert.equal(isTraced("Name:\tTracerPid: 7\nPPid:\t12\nTracerPid:\t0\nUid:\t1\n"), false);
  assert.equal(isTraced("Name:\tx\nTracerPid:\t4711\nUid:\t0\n"), true);
  assert.equal(isTraced(""), false);
});

Deno.test("isDebuggerPipe() knows the pipe by which .NET is debugged", () => {
  assert.equal(isDebuggerPipe("/tmp/clr-debug-pipe-1234-56789-in"), true);
  assert.equal(isDebuggerPipe("/tmp/dotnet-diagnostic-1234-56789-socket"), false);
  assert.equal(isDebuggerPipe("/srv/clr-debug-pipe-in.txt"), false);
});
