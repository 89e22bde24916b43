import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { ConfigError, type Host, startHost } from "../../src/host.ts";
import { dotnetTest } from "../support/dotnet.ts";
import { type EventLog, eventLog } from "../support/events.ts";
import { eventually } from "../support/eventually.ts";
import { tempFolder } from "../support/executable.ts";

/** An application folder that somebody works in, served with `--watch`. */
interface Workshop extends AsyncDisposable {
  readonly host: Host;
  readonly log: EventLog;
  write(name: string, text: string): Promise<void>;
  /** What a program, or a browser, gets for the start page. */
  get(accept?: string): Promise<{ status: number; text: string; headers: Headers }>;
  /** Waits until the start page is this. */
  shows(text: string): Promise<unknown>;
}

/** Builds must not leave servers of their own behind. */
const NO_SERVERS = {
  MSBUILDDISABLENODEREUSE: "1",
  UseSharedCompilation: "false",
  DOTNET_CLI_TELEMETRY_OPTOUT: "1",
};

async function workshop(
  files: Readonly<Record<string, string>>,
  options: Partial<Parameters<typeof startHost>[0]> = {},
): Promise<Workshop> {
  await using undo = new AsyncDisposableStack();
  const { path } = undo.use(await tempFolder());
  const write = async (name: string, text: string) => {
    await Deno.mkdir(dirname(join(path, name)), { recursive: true });
    await Deno.writeTextFile(join(path, name), text);
  };
  for (const [name, text] of Object.entries(files)) await write(name, text);
  const log = eventLog();
  const host = undo.use(
    await startHost({
      appDir: path,
      listen: ["http://127.0.0.1:0"],
      admin: "off",
      environment: { ...Deno.env.toObject(), ...NO_SERVERS, DENO: Deno.execPath() },
      report: log.report,
      development: {},
      ...options,
    }),
  );
  const get: Workshop["get"] = async (accept = "*/*") => {
    const response = await fetch(host.urls[0] ?? "", { headers: { accept } });
    return { status: response.status, text: await response.text(), headers: response.headers };
  };
  const owned = undo.move();
  return {
    host,
    log,
    write,
    get,
    shows: (text) => eventually(async () => (await get()).text === text, `Never saw "${text}"`),
    [Symbol.asyncDispose]: () => owned[Symbol.asyncDispose](),
  };
}

const SERVE = (text: string, before = "") =>
  `${before}
Deno.serve({ hostname: "127.0.0.1", port: Number(Deno.env.get("PORT")), onListen() {} }, () => new Response(${text}));`;

const DENO_CONFIG = `<configuration><system.webServer>
<handlers><add name="aspNetCore" path="*" verb="*" modules="AspNetCoreModuleV2" /></handlers>
<aspNetCore processPath="%DENO%" arguments="run -A --quiet --no-config --no-lock main.ts" hostingModel="OutOfProcess" />
</system.webServer></configuration>`;

Deno.test("--watch starts at once, in the environment Development, and again when a source changes", async () => {
  const environment = 'Deno.env.get("ASPNETCORE_ENVIRONMENT")';
  await using shop = await workshop({ "web.config": DENO_CONFIG, "main.ts": SERVE(environment) });
  await eventually(() => shop.log.find("backend-started") ?? shop.log.find("backend-ready"));
  assert.equal((await shop.get()).text, "Development");
  await shop.write("wwwroot/page.js", "static");
  await shop.write("notes.txt", "nothing");
  await shop.write("main.ts", SERVE('"second"'));
  await shop.shows("second");
  assert.equal(shop.host.status().backend.generation, 2, "one change, one start");
});

Deno.test("--watch takes variables from the launch profile that is asked for", async () => {
  const profiles = {
    first: { commandName: "Project", environmentVariables: { NAME: "first" } },
    second: {
      commandName: "Project",
      environmentVariables: { NAME: "second", ASPNETCORE_ENVIRONMENT: "Testing" },
      applicationUrl: "http://127.0.0.1:0",
    },
  };
  await using shop = await workshop({
    "web.config": DENO_CONFIG,
    "main.ts": SERVE('Deno.env.get("NAME") + Deno.env.get("ASPNETCORE_ENVIRONMENT")'),
    "Properties/launchSettings.json": `// mine\n${JSON.stringify({ profiles })}`,
  }, { development: { launchProfile: "second" }, listen: [] });
  assert.match(shop.host.urls.join(), /^http:\/\/127\.0\.0\.1:\d+\/?$/);
  assert.equal((await shop.get()).text, "secondTesting");
});

Deno.test("--watch shows browsers a page while the start takes long, and then why it failed", async () => {
  await using shop = await workshop({
    "web.config": DENO_CONFIG,
    "main.ts": SERVE('"late"', "await new Promise((go) => setTimeout(go, 3_000));"),
  });
  const page = await shop.get("text/html");
  assert.equal(page.status, 503);
  assert.match(page.text, /The application is being started\. This page loads itself again\./);
  assert.equal(page.headers.get("refresh"), "1");
  assert.equal(page.headers.get("cache-control"), "no-store");
  assert.equal((await shop.get()).text, "late", "who is no browser waits");
  await shop.write("main.ts", "throw new Error('on purpose')");
  const failed = await eventually(async () => {
    const { status, text } = await shop.get("text/html");
    return status === 502 && text;
  });
  assert.match(failed, /502\.5 [^]*on purpose/);
});

Deno.test("without development there is no page, and no second start", async () => {
  const late = SERVE('"late"', "await new Promise((go) => setTimeout(go, 1_500));");
  const files = { "web.config": DENO_CONFIG, "main.ts": late };
  await using shop = await workshop(files, { development: undefined });
  assert.equal(shop.host.status().backend.state, "stopped");
  assert.equal((await shop.get("text/html")).text, "late");
});

const PROJECT = `<Project Sdk="Microsoft.NET.Sdk.Web">
<PropertyGroup><TargetFramework>net10.0</TargetFramework><ImplicitUsings>enable</ImplicitUsings></PropertyGroup>
</Project>`;
const program = (text: string) =>
  `var app = WebApplication.CreateBuilder(args).Build();
app.MapGet("/", () => ${text});
app.Run();
`;
const TEMPLATE_CONFIG = DENO_CONFIG.replace(
  /processPath="[^"]*" arguments="[^"]*"/,
  () => 'processPath="%LAUNCHER_PATH%" arguments="%LAUNCHER_ARGS%"',
);

dotnetTest("--watch builds a source tree, shows what is wrong with it, and serves it", async () => {
  const settings = {
    profiles: { http: { commandName: "Project", commandLineArgs: '--who "some one"' } },
  };
  await using shop = await workshop({
    "Shop.csproj": PROJECT,
    "Program.cs": program('app.Configuration["who"] + " in " + app.Environment.EnvironmentName'),
    "web.config": TEMPLATE_CONFIG,
    "Properties/launchSettings.json": JSON.stringify(settings),
  });
  const waiting = await shop.get("text/html");
  assert.equal(waiting.status, 503);
  assert.match(waiting.text, /The application is being built/);
  assert.equal((await shop.get()).text, "some one in Development");
  await shop.write("Program.cs", program('"broken'));
  const failed = await eventually(async () => {
    const { status, text } = await shop.get("text/html");
    return status === 502 && text;
  });
  assert.match(
    failed,
    /Cannot build &quot;Shop\.csproj&quot;: [^]*Program\.cs\(2,\d+\): error CS\d+/,
  );
  assert.ok(shop.log.find("build-error"));
  await shop.write("Program.cs", program('"mended"'));
  await shop.shows("mended");
});

dotnetTest(
  "--watch needs no web.config in a source tree, and refuses one it cannot read",
  async () => {
    await using shop = await workshop({ "Shop.csproj": PROJECT, "Program.cs": program('"bare"') });
    assert.equal((await shop.get()).text, "bare");
    await assert.rejects(workshop({ "Shop.csproj": "<Project" }), (error) => {
      assert.ok(error instanceof ConfigError);
      assert.match(error.message, /Shop\.csproj: Cannot read "Shop\.csproj"; .*error MSB4025/);
      return true;
    });
  },
);
