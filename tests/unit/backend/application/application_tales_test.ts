import assert from "node:assert/strict";
import type {
  ApplicationTale,
  RecycleEnd,
  Recycling,
} from "../../../../src/backend/application/application.ts";
import {
  applicationEvent,
  recycleMessage,
} from "../../../../src/backend/application/application_tales.ts";

const facts = { root: "/srv/app", generation: 2, now: 1500 };
const recycling: Recycling = {
  ticket: 1,
  reason: "web.config has changed",
  isConfigChange: true,
  since: 1000,
  how: "overlapped",
};
const asked: Recycling = { ...recycling, reason: "asked to", isConfigChange: false };
const kept: RecycleEnd = { outcome: "kept", failure: "It ended", isRestarted: false };

/** Tale, then `level id name: message`. */
const TALES: readonly [tale: ApplicationTale, expected: string][] = [
  [
    { what: "restarting", failures: 1, delayMs: 0 },
    "info - backend-restarting: Starts a backend process again, at once: failure 1 within a minute",
  ],
  [
    { what: "restarting", failures: 2, delayMs: 250 },
    "info - backend-restarting: Starts a backend process again, in 250 ms: failure 2 within a minute",
  ],
  [
    { what: "refused", failures: 11, limit: 10, isTrial: false, forMs: 41_200.5 },
    'error 1003 backend-refused-starts: Starts no backend for 42 s, then tries once: 11 failures are more than aspNetCore/@rapidFailsPerMinute="10"',
  ],
  [
    { what: "refused", failures: 1, limit: 10, isTrial: true, forMs: 60_000 },
    "error 1003 backend-refused-starts: Starts no backend for 60 s, then tries once: the trial start failed",
  ],
  [
    { what: "recycling", recycling, stopFirst: "no" },
    "info 1021 backend-recycling: Recycles the backend: web.config has changed; the old processes serve until the new ones do",
  ],
  [
    { what: "recycling", recycling: { ...asked, how: "stop-first" }, stopFirst: "fixed port" },
    "info - backend-recycling: Recycles the backend: asked to; requests wait until the old processes are gone and new ones serve (ASPNETCORE_PORT of web.config is one port)",
  ],
  [
    { what: "recycle-ended", recycling, end: kept },
    "error 1022 backend-recycle-failed: The new generation did not start, and the old one serves on: It ended, 500 ms after the recycle began",
  ],
  [
    { what: "recycle-ended", recycling: asked, end: { outcome: "switched", generation: 2 } },
    "info - backend-recycled: Generation 2 serves, 500 ms after the recycle began",
  ],
  [
    { what: "going-offline" },
    "info 1012 app-going-offline: Stops the backend: app_offline.htm has appeared",
  ],
  [
    { what: "resting", reason: "idle" },
    "info - backend-resting: Stops the backend until the next request: idle",
  ],
];

for (const [tale, expected] of TALES) {
  Deno.test(`applicationEvent() tells: ${expected}`, () => {
    const { level, eventId = "-", name, message, facts: more } = applicationEvent(tale, facts);
    assert.equal(`${level} ${eventId} ${name}: ${message}`, expected);
    assert.equal(more?.root, "/srv/app");
    assert.equal(more?.generation, 2);
  });
}

Deno.test("recycleMessage() has a sentence for every end, without a full stop", () => {
  const ends: RecycleEnd[] = [
    { outcome: "switched", generation: 2 },
    { outcome: "idle" },
    kept,
    { ...kept, isRestarted: true },
    { outcome: "failed", failure: "It ended" },
    { outcome: "given-up", because: "another recycle" },
    { outcome: "given-up", because: "offline" },
    { outcome: "given-up", because: "closed" },
  ];
  const messages = ends.map(recycleMessage);
  assert.equal(new Set(messages).size, ends.length);
  for (const message of messages) assert.match(message, /^[A-Z].*[^.]$/);
});
