import assert from "node:assert/strict";
import type { BackendState, DirectorySnapshot } from "../../../src/contract/directory.ts";
import { readConfig } from "../../../src/config/read_config.ts";
import {
  applicationInitialization,
  initializationPages,
} from "../../../src/modules/application_initialization.ts";
import { siteStage, type SiteStageOptions } from "../../support/site_stage.ts";

const REMAP = '<applicationInitialization remapManagedRequestsTo="wait.html" />';

/** A directory of a backend in one state. */
function directory(state: BackendState) {
  let wants = 0;
  return {
    current: () => ({ state }) as DirectorySnapshot,
    want: () => void wants++,
    wants: () => wants,
  };
}

async function asked(
  state: BackendState,
  request: { method?: string; fields?: readonly (readonly [string, string])[] } = {},
  options: SiteStageOptions = {},
) {
  const backend = directory(state);
  await using site = await siteStage(REMAP, {
    directory: backend,
    files: { "wait.html": "one moment" },
    ...options,
  });
  const { status, body, fields, reply } = await site.ask("/x", request);
  return { status, body, fields, reply, wants: backend.wants(), problems: site.problems };
}

for (const state of ["starting", "stopped"] as const) {
  Deno.test(`remapManagedRequestsTo answers while the backend is ${state}, and has it started (IIS M-AI-2)`, async () => {
    const { status, body, fields, wants, problems } = await asked(state);
    assert.deepEqual(problems, []);
    assert.deepEqual([status, body, wants], [200, "one moment", 1]);
    assert.equal(fields.get("Content-Type"), "text/html");
    assert.equal(fields.get("Cache-Control"), "no-store");
  });
}

for (const state of ["ready", "failed", "refused", "offline", "closed", "stopping"] as const) {
  Deno.test(`remapManagedRequestsTo does not answer while the backend is ${state} (IIS M-AI-2)`, async () => {
    assert.equal((await asked(state)).body, "backend");
  });
}

Deno.test("remapManagedRequestsTo gives HEAD no content", async () => {
  const { body, fields } = await asked("starting", { method: "HEAD" });
  assert.equal(body, "");
  assert.equal(fields.get("Content-Length"), "10");
});

Deno.test("remapManagedRequestsTo lets requests wait that send something, and WebSockets", async () => {
  assert.equal((await asked("starting", { method: "POST" })).body, "backend");
  const upgrade = { fields: [["Upgrade", "websocket"] as const] };
  assert.equal((await asked("starting", upgrade)).body, "backend");
});

Deno.test("remapManagedRequestsTo lets requests wait where its file is not there, and warns", async () => {
  const { body, problems } = await asked("starting", {}, { files: {} });
  assert.equal(body, "backend");
  assert.match(
    problems.join(),
    /warning: The file "wait.html" is not there; without it requests wait/,
  );
});

Deno.test("remapManagedRequestsTo refuses a file outside the application", async () => {
  await using site = await siteStage(
    '<applicationInitialization remapManagedRequestsTo="/../wait.html" />',
    { directory: directory("starting") },
  );
  assert.match(site.problems.join(), /: Cannot answer with "\/..\/wait.html"/);
});

const PAGES: [add: string, target: string, host: string][] = [
  ['initializationPage="/warm?all=1"', "/warm?all=1", "localhost"],
  ['initializationPage="warm"', "/warm", "localhost"],
  ['initializationPage="/" hostName="www.example.com"', "/", "www.example.com"],
];

for (const [add, target, host] of PAGES) {
  Deno.test(`initializationPages() reads ${add} (IIS M-AI-1)`, async () => {
    const dir = await Deno.makeTempDir();
    try {
      await Deno.writeTextFile(
        `${dir}/web.config`,
        `<configuration><system.webServer><aspNetCore processPath="x" />
          <applicationInitialization doAppInitAfterRestart="true"><add ${add} /></applicationInitialization>
        </system.webServer></configuration>`,
      );
      const { sections } = applicationInitialization;
      const { config } = await readConfig(dir, { environment: {}, sections });
      assert.ok(config);
      assert.deepEqual(initializationPages(config, "/"), [{ target, host }]);
      assert.deepEqual(initializationPages(config, "/shop"), [{ target: `/shop${target}`, host }]);
    } finally {
      await Deno.remove(dir, { recursive: true });
    }
  });
}

Deno.test("initializationPages() gives none where nothing is said", () => {
  assert.deepEqual(
    initializationPages({ locations: [{ path: "", handlers: [], sections: {} }] }, "/"),
    [],
  );
});

for (
  const add of [
    'initializationPage="/a b"',
    'initializationPage="/a&#10;b"',
    'initializationPage="/ä"',
    'initializationPage="/" hostName="a b"',
    'initializationPage="/" hostName="a&#13;&#10;X: y"',
  ]
) {
  Deno.test(`applicationInitialization refuses ${add}`, async () => {
    await using site = await siteStage(
      `<applicationInitialization><add ${add} /></applicationInitialization>`,
    );
    assert.equal(site.problems.length, 1);
    assert.match(site.problems[0] ?? "", /: Cannot ask for /);
  });
}
