import type { FailedRequest, OutputLine, RequestTotals } from "../../src/contract/live_status.ts";
import type { LiveSource } from "../../src/pages/admin_events.ts";
import type { UsedConfiguration } from "../../src/pages/admin_site.ts";
import { hostStatus } from "./admin_stage.ts";

/** Numbers of a host that has answered nothing yet. */
export const NO_REQUESTS: RequestTotals = {
  ended: 0,
  failed: 0,
  boundsMs: [1, 10, 100],
  counts: [0, 0, 0, 0],
};

/** What a host tells a status page, as a test wants it. */
export interface ScriptedSource extends LiveSource {
  totals: () => RequestTotals;
  status: LiveSource["status"];
  /** Newest first. */
  fail(...failures: FailedRequest[]): void;
  print(...lines: OutputLine[]): void;
}

/** Makes a host without requests, failures and output. */
export function scriptedSource(): ScriptedSource {
  const failures: FailedRequest[] = [];
  const lines: OutputLine[] = [];
  let failuresVersion = 0;
  return {
    status: () => hostStatus(),
    totals: () => NO_REQUESTS,
    recent: {
      get failuresVersion() {
        return failuresVersion;
      },
      failures: () => failures,
      outputSince: (place) => ({ lines: lines.slice(place), missed: 0, next: lines.length }),
    },
    fail(...more) {
      failures.unshift(...more);
      failuresVersion++;
    },
    print: (...more) => void lines.push(...more),
  };
}

/** Makes a failure. */
export function failedRequest(changes: Partial<FailedRequest> = {}): FailedRequest {
  return {
    at: "2026-01-02T04:05:06.000Z",
    count: 1,
    id: "ab-7",
    status: "502.5",
    code: "start-exited",
    side: "backend",
    method: "GET",
    path: "/orders",
    message: 'Cannot start "dotnet": it ended with 134',
    advice: "Read the last lines of its output",
    ...changes,
  };
}

/** Makes a line of a backend. */
export function outputLine(text: string, stream: OutputLine["stream"] = "stdout"): OutputLine {
  return { at: "2026-01-02T04:05:07.000Z", pid: 4711, stream, text };
}

/** A configuration with a value of each kind. */
export const USED_CONFIGURATION: UsedConfiguration = {
  files: ["web.config"],
  locations: [{
    path: "",
    sections: [{
      name: "aspNetCore",
      settings: [
        { name: "processPath", value: "dotnet", origin: "web.config:7:20" },
        { name: "requestTimeout", value: "00:02:00", origin: "built-in", isDefault: true },
      ],
      elements: [{
        name: "environmentVariables",
        settings: [],
        elements: [{
          name: "environmentVariable",
          origin: "web.config:9:9",
          settings: [
            { name: "name", value: "SHOP_KEY", origin: "web.config:9:30" },
            { name: "value", value: "***", origin: "web.config:9:46" },
          ],
          elements: [],
        }],
      }],
    }],
  }],
};
