import assert from "node:assert/strict";
import { failuresPage } from "../../../scripts/failures_doc.ts";
import { OPTION_PAGES, optionTables, withOptionTables } from "../../../scripts/options_doc.ts";
import {
  CONTROL_OPTIONS,
  INIT_OPTIONS,
  RUN_OPTIONS,
  VALIDATE_OPTIONS,
} from "../../../src/cli/options.ts";
import { FAILURES } from "../../../src/contract/host_error.ts";
import { Metrics } from "../../../src/observe/metrics.ts";
import { FakeClock } from "../../support/fake_clock.ts";
import importMap from "../../../import_map.json" with { type: "json" };

const page = (name: string) =>
  Deno.readTextFile(new URL(`../../../docs/${name}.md`, import.meta.url));

const RENEW = "run scripts/options_doc.ts --write";

Deno.test("the tables of options are those the parser works by", async () => {
  for (const url of OPTION_PAGES) {
    const text = await Deno.readTextFile(url);
    assert.equal(text, withOptionTables(text), `${url.pathname} is not current; ${RENEW}`);
    assert.match(text, /made by scripts\/options_doc\.ts/);
  }
});

Deno.test("docs/options.md has every option", async () => {
  const text = await page("options");
  for (
    const { name } of [...RUN_OPTIONS, ...VALIDATE_OPTIONS, ...INIT_OPTIONS, ...CONTROL_OPTIONS]
  ) {
    assert.match(
      text,
      new RegExp(`^\\| \`--${name}[ \`]`, "m"),
      `--${name} is not there; ${RENEW}`,
    );
  }
});

Deno.test("withOptionTables() renews what stands between its marks, and nothing else", () => {
  const marked = (inside: string) =>
    `a\n<!-- limits: made by scripts/options_doc.ts -->\n${inside}<!-- end of limits -->\nb\n`;
  const renewed = withOptionTables(marked("old\n"), new Map([["limits", "new"]]));
  assert.equal(renewed, marked("\nnew\n\n"));
  assert.throws(() => withOptionTables(marked(""), new Map()), /no table/);
  assert.ok(optionTables().get("limits")?.includes("--limit-head"));
});

Deno.test("docs/when-it-does-not-start.md is what the failures say, behind its written part", async () => {
  const text = await page("when-it-does-not-start");
  assert.equal(text, failuresPage(text), "run scripts/failures_doc.ts --write");
  for (const [code, { status, subStatus }] of Object.entries(FAILURES)) {
    assert.ok(text.includes(`| ${status}.${subStatus} | \`${code}\` |`), code);
  }
});

Deno.test("docs/observing.md has every metric, as it is told", async () => {
  using metrics = new Metrics(new FakeClock());
  metrics.refused("handshake"); // without any there is no such family
  const exposed = metrics.text({
    version: "1.2.3",
    startedAt: new Date(0),
    host: { residentBytes: 1, cpuSeconds: 1 },
    backend: { state: "ready", generation: 1, processes: [], starts: 1, crashes: 0, recycles: 0 },
    backendUsage: { residentBytes: 1, cpuSeconds: 1 },
    connections: 1,
    waiting: 0,
    lostRecords: { access: 0 },
  }, "prometheus");
  const lines = exposed.split("\n");
  const rows = lines.flatMap((line, index) => {
    const [, name, help] = /^# HELP (\S+) (.*)$/.exec(line) ?? [];
    return name ? [`| \`${name}\` | ${lines[index + 1]?.split(" ")[3]} | ${help} |`] : [];
  });
  assert.ok(rows.length > 20, "the metrics were read");
  const text = await page("observing");
  assert.deepEqual(rows.filter((row) => !text.includes(row)), []);
  const told = [...text.matchAll(/^\| `((?:ancm_host|process)_\w+)` \|/gm)].map(([, name]) => name);
  assert.equal(told.length, rows.length, "no metric is told that is not there");
});

Deno.test("docs/dependencies.md has every package, in the version that is taken", async () => {
  const text = await page("dependencies");
  const packages = Object.values(importMap.imports).map((specifier) => {
    const [, name, version] = /^npm:\/?((?:@[\w-]+\/)?[\w-]+)@([\d.]+)\/?$/.exec(specifier) ?? [];
    assert.ok(name && version, `${specifier} names a package and one version`);
    return `\`${name}\` ${version}`;
  });
  assert.ok(packages.length > 5);
  assert.deepEqual(packages.filter((one) => !text.includes(one)), []);
});
