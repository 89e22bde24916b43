import { deepStrictEqual, match, ok, strictEqual, throws } from "node:assert/strict";
import { formatProblem } from "../../../src/config/problem.ts";
import { readConfig, type ReadConfigOptions } from "../../../src/config/read_config.ts";
import type { SectionSchema } from "../../../src/config/schema.ts";

const HANDLER = '<add name="aspNetCore" path="*" verb="*" modules="AspNetCoreModuleV2"/>';

/** A web.config with this aspNetCore section and what follows it. */
function webConfig(aspNetCore = '<aspNetCore processPath="dotnet"/>', rest = ""): string {
  return `<configuration><system.webServer>\n<handlers>${HANDLER}</handlers>\n${aspNetCore}\n${rest}\n` +
    "</system.webServer></configuration>";
}

/** Reads a folder with these files; a name that ends in a slash is a folder. */
async function read(
  files: Readonly<Record<string, string>>,
  options: Partial<ReadConfigOptions> = {},
) {
  const dir = await Deno.makeTempDir();
  try {
    for (const [name, text] of Object.entries(files)) {
      if (name.endsWith("/")) await Deno.mkdir(`${dir}/${name}`);
      else await Deno.writeTextFile(`${dir}/${name}`, text);
    }
    const root = await Deno.realPath(dir);
    const result = await readConfig(dir, { environment: {}, ...options });
    const printed = result.problems.map((one) => formatProblem(one).replaceAll(root, "ROOT"));
    return { ...result, printed: printed.map((one) => one.replaceAll(dir, "ROOT")), root };
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

Deno.test("readConfig() finds web.config whatever its case (ANCM C-63)", async () => {
  const { config, printed, root } = await read({ "WEB.Config": webConfig() });
  deepStrictEqual(printed, []);
  deepStrictEqual(config?.source, { kind: "web.config", file: `${root}/WEB.Config` });
  strictEqual(config?.root, root);
});

Deno.test({
  name: "readConfig() refuses two of web.config (ANCM C-63)",
  ignore: Deno.build.os !== "linux", // elsewhere a folder cannot hold both
  async fn() {
    const { config, printed } = await read({
      "web.config": webConfig(),
      "Web.config": webConfig(),
    });
    strictEqual(config, undefined);
    match(printed.join("\n"), /^ROOT: Both "Web.config" and "web.config" .*; keep one/);
  },
});

Deno.test("readConfig() follows a link to the folder and to the file", async () => {
  const dir = await Deno.makeTempDir();
  try {
    await Deno.mkdir(`${dir}/app`);
    await Deno.writeTextFile(`${dir}/shared.config`, webConfig());
    await Deno.symlink(`${dir}/shared.config`, `${dir}/app/web.config`);
    await Deno.symlink(`${dir}/app`, `${dir}/current`);
    const { config } = await readConfig(`${dir}/current/`, { environment: {} });
    strictEqual(config?.root, `${await Deno.realPath(dir)}/app`);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

Deno.test("readConfig() reports a folder that is missing or none", async () => {
  const file = await Deno.makeTempFile();
  try {
    for (const [dir, why] of [[`${file}-none`, "there is nothing"], [file, "it is not a folder"]]) {
      const { config, problems } = await readConfig(dir ?? "", { environment: {} });
      strictEqual(config, undefined);
      strictEqual(problems.length, 1);
      ok(problems[0]?.message.startsWith(`Cannot read the application folder: ${why};`));
      strictEqual(problems[0]?.subStatus, 19);
    }
  } finally {
    await Deno.remove(file);
  }
});

Deno.test("readConfig() reports a web.config that is too large", async () => {
  const { config, printed } = await read({ "web.config": " ".repeat(4 * 1024 * 1024 + 1) });
  strictEqual(config, undefined);
  deepStrictEqual(printed, ["web.config: Larger than 4194304 bytes; make it smaller"]);
});

Deno.test("readConfig() reports a web.config that cannot be read", async () => {
  const dir = await Deno.makeTempDir();
  try {
    await Deno.symlink(`${dir}/nowhere`, `${dir}/web.config`);
    const { problems } = await readConfig(dir, { environment: {} });
    match(
      problems.map(formatProblem).join("\n"),
      /^web.config: Cannot read the file: there is nothing/,
    );
    await Deno.mkdir(`${dir}/nowhere`);
    const folder = await readConfig(dir, { environment: {} });
    match(folder.problems.map(formatProblem).join("\n"), /^web.config: Not a file; /);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

Deno.test("readConfig() freezes everything it gives", async () => {
  const variables =
    '<environmentVariables><environmentVariable name="A" value="1"/></environmentVariables>';
  const { config, problems } = await read({
    "web.config": webConfig(
      `<aspNetCore processPath="x" hostingModel="inprocess">${variables}</aspNetCore>`,
    ),
  });
  ok(config);
  const all: unknown[] = [config, problems];
  let seen = 0;
  for (let value = all.pop(); value !== undefined; value = all.pop()) {
    if (typeof value !== "object" || value === null) continue;
    ok(Object.isFrozen(value));
    seen++;
    all.push(...Object.values(value).filter((inner) => inner !== undefined));
  }
  ok(seen > 10);
  throws(() => Object.assign(config.aspNetCore, { processPath: "y" }), TypeError);
});

Deno.test("readConfig() takes ANCM_LAUNCHER_PATH and _ARGS each in place of its attribute (ANCM C-52)", async () => {
  const files = {
    "web.config": webConfig(
      '<aspNetCore processPath="%LAUNCHER_PATH%" arguments="%LAUNCHER_ARGS%"/>',
    ),
  };
  const both = await read(files, {
    environment: { ANCM_LAUNCHER_PATH: "/bin/x %A%", ANCM_LAUNCHER_ARGS: "-a %PORT%", A: "1" },
  });
  strictEqual(both.config?.aspNetCore.processPath, "/bin/x %A%");
  strictEqual(both.config?.aspNetCore.arguments, "-a %PORT%");
  const path = await read(files, { environment: { ANCM_LAUNCHER_PATH: "/bin/x" } });
  match(
    path.printed.join("\n"),
    /^web.config:3:43: "arguments" names %LAUNCHER_ARGS%, which is not set;/,
  );
  const none = await read({ "web.config": webConfig('<aspNetCore arguments="run main.ts"/>') }, {
    environment: { ANCM_LAUNCHER_PATH: "/bin/deno" },
  });
  deepStrictEqual(none.printed, []);
  strictEqual(none.config?.aspNetCore.processPath, "/bin/deno");
  strictEqual(none.config?.aspNetCore.arguments, "run main.ts");
});

Deno.test("readConfig() says that a file with %LAUNCHER_PATH% belongs to a source tree (ANCM C-52)", async () => {
  const file = { "web.config": webConfig('<aspNetCore processPath="%launcher_path%"/>') };
  const { config, printed } = await read(file);
  strictEqual(config, undefined);
  match(printed.join("\n"), /source tree; serve the folder that dotnet publish makes/);
  const set = await read(file, { environment: { LAUNCHER_PATH: "/x" } });
  strictEqual(set.config?.aspNetCore.processPath, "/x");
});

Deno.test("readConfig() refuses a processPath that is empty once expanded, and warns of unknown names", async () => {
  const file = { "web.config": webConfig('<aspNetCore processPath="%APP%"/>') };
  const empty = await read(file, { environment: { APP: " " } });
  match(
    empty.printed.join("\n"),
    /^web.config:3:13: "processPath" is empty once "%APP%" is expanded;/,
  );
  const unknown = await read(file);
  match(unknown.printed.join("\n"), /^web.config:3:13: warning: "processPath" names "%APP%"/);
  strictEqual(unknown.config?.aspNetCore.processPath, "%APP%");
});

Deno.test("readConfig() takes shutdownDelay from the setting, the host's variable, then web.config's (ANCM C-46)", async () => {
  const setting =
    '<handlerSettings><handlerSetting name="shutdownDelay" value="1"/></handlerSettings>';
  const variable =
    '<environmentVariables><environmentVariable name="ANCM_shutdownDelay" value="3"/></environmentVariables>';
  const delay = async (inner: string, environment: Record<string, string> = {}) => {
    const file = webConfig(`<aspNetCore processPath="x">${inner}</aspNetCore>`);
    const { config, printed } = await read({ "web.config": file }, { environment });
    return config?.aspNetCore.shutdownDelayMs ?? printed.join("\n");
  };
  const environment = { ANCM_SHUTDOWNDELAY: "2" };
  strictEqual(await delay(setting + variable, environment), 1);
  strictEqual(await delay(variable, environment), 2);
  strictEqual(await delay(variable), 3);
  strictEqual(await delay(""), 1000);
  const secret = await delay("", { ANCM_shutdownDelay: "hush" });
  match(
    String(secret),
    /^web.config:3:1: Invalid variable ANCM_shutdownDelay: it is no number in range;/,
  );
});

Deno.test("readConfig() refuses an environment variable that no system takes", async () => {
  const list =
    '<environmentVariables><environmentVariable name="A=B" value="hush"/></environmentVariables>';
  const { config, printed } = await read({
    "web.config": webConfig(`<aspNetCore processPath="x">${list}</aspNetCore>`),
  });
  strictEqual(config, undefined);
  match(printed.join("\n"), /Invalid environmentVariable name "A=B"/);
  ok(!printed.join().includes("hush"));
});

Deno.test("readConfig() warns of every setting that has no effect, and only off its default", async () => {
  const setting = (name: string, value: string) =>
    `<handlerSetting name="${name}" value="${value}"/>\n`;
  const list = setting("debugLevel", "") + setting("debugFile", "x.log") +
    setting("forwardResponseConnectionHeader", "TRUE");
  const section =
    `<aspNetCore processPath="x"><handlerSettings>\n${list}</handlerSettings></aspNetCore>`;
  const { printed, config } = await read({ "web.config": webConfig(section) });
  ok(config);
  deepStrictEqual(printed.map((one) => one.split(" has ")[0]), [
    'web.config:5:17: warning: handlerSetting "debugFile"',
    'web.config:6:17: warning: handlerSetting "forwardResponseConnectionHeader"',
  ]);
});

Deno.test("readConfig() refuses a value that a handlerSetting cannot have, with its place", async () => {
  const list = [["stdoutLogMaxSize", "10 MB"], ["stdoutlogmaxage", "1d"], [
    "stdoutLogFilesKept",
    "",
  ]].map(([name, value]) => `<handlerSetting name="${name}" value="${value}"/>\n`);
  const section = `<aspNetCore processPath="x"><handlerSettings>\n${
    list.join("")
  }</handlerSettings></aspNetCore>`;
  const { printed, config } = await read({ "web.config": webConfig(section) });
  strictEqual(config, undefined);
  deepStrictEqual(printed, [
    'web.config:4:41: Invalid handlerSetting "stdoutLogMaxSize": "10 MB" is not a whole number; ' +
    "write a whole number of bytes from 0 to 4294967295",
    'web.config:5:40: Invalid handlerSetting "stdoutLogMaxAge": "1d" is not a time; ' +
    "write hh:mm:ss from 00:00:00 to 8760:00:00",
  ]);
});

Deno.test("readConfig() gives modules the effective values of their sections, by location", async () => {
  const schema = {
    name: "security/requestFiltering",
    doc: "",
    attributes: { allowDoubleEscaping: { type: "boolean", default: false, doc: "" } },
  } as const satisfies SectionSchema;
  const filtering = '<security><requestFiltering allowDoubleEscaping="true"/></security>';
  const { config, printed } = await read({ "web.config": webConfig(undefined, filtering) }, {
    sections: [schema],
  });
  deepStrictEqual(printed, []);
  const [root] = config?.locations ?? [];
  deepStrictEqual(Object.keys(root?.sections ?? {}), [schema.name]);
  const setting = root?.sections[schema.name]?.settings.allowDoubleEscaping;
  strictEqual(setting?.value, true);
  deepStrictEqual(setting?.place, { file: "web.config", line: 4, column: 29 });
});

Deno.test("readConfig() leaves it to a module's own schema to judge an authentication section", async () => {
  const schema = {
    name: "security/authentication/windowsAuthentication",
    doc: "",
    attributes: { enabled: { type: "boolean", default: false, doc: "" } },
  } as const satisfies SectionSchema;
  const windows =
    '<security><authentication><windowsAuthentication enabled="true"/></authentication></security>';
  const file = { "web.config": webConfig(undefined, windows) };
  strictEqual((await read(file)).config, undefined); // never silently open
  ok((await read(file, { sections: [schema] })).config);
});

Deno.test("readConfig() keeps the built-in handlers of modules that the host has (IIS M-CF-34)", async () => {
  const file = { "web.config": webConfig() };
  const names = async (modules: string[]) =>
    (await read(file, { modules })).config?.locations[0]?.handlers.map(({ name }) => name);
  deepStrictEqual(await names([]), ["aspNetCore"]);
  deepStrictEqual(await names(["StaticFileModule"]), ["aspNetCore", "StaticFile"]);
});

Deno.test("readConfig() takes AspNetCoreModule and AspNetCoreModuleV2 as the same (IIS M-HD-4)", async () => {
  for (const module of ["AspNetCoreModule", "AspNetCoreModuleV2"]) {
    const file = webConfig().replace("AspNetCoreModuleV2", module);
    deepStrictEqual((await read({ "web.config": file })).printed, []);
  }
  const other = await read({
    "web.config": webConfig().replace("AspNetCoreModuleV2", "aspnetcoremodulev2"),
  });
  strictEqual(other.printed.length, 2); // no such module, and so no handler for the backend
});
