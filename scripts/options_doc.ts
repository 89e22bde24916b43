// deno-lint-ignore-file no-console -- a script talks to whoever runs it
/**
 * Makes the tables of options in the documentation out of the one table of `src/cli/options.ts`.
 *
 * `deno run -A scripts/options_doc.ts` tells whether they are current, `--write` makes them so. A table stands between
 * `<!-- NAME: made by scripts/options_doc.ts -->` and `<!-- end of NAME -->`.
 *
 * @module
 */
import {
  CONTROL_OPTIONS,
  INIT_OPTIONS,
  type OptionSpec,
  optionsTable,
  RUN_OPTIONS,
  VALIDATE_OPTIONS,
} from "../src/cli/options.ts";

/** The pages that have such tables. */
export const OPTION_PAGES: readonly URL[] = ["README.md", "docs/options.md", "docs/security.md"]
  .map((path) => new URL(`../${path}`, import.meta.url));

/** Those that a newcomer needs first. */
const FIRST: readonly string[] = [
  "listen",
  "cert",
  "key",
  "trusted-proxy",
  "path-base",
  "environment",
  "preload",
  "watch",
  "access-log",
  "admin",
];

/** The options of `run` by what they are about, and which these are; the last takes all others. */
const GROUPS: readonly (readonly [name: string, pattern: RegExp])[] = [
  [
    "where it listens",
    /^(listen|cert|key|pfx|pfx-password-env|redirect-https|hsts|trusted-proxy)$/,
  ],
  ["the backend", /^(preload|transport|environment|path-base|drain-time|idle-timeout|recycle-.*)$/],
  ["development", /^(watch|launch-profile)$/],
  ["control", /^(admin|admin-token-file|ready-file)$/],
  ["logs", /^(access-log.*|traceparent|log-.*)$/],
  ["limits", /^limit-.*$/],
  ["web.config", /^/],
];

/** Gives every table by its name. */
export function optionTables(): ReadonlyMap<string, string> {
  const groups = new Map<string, OptionSpec[]>(GROUPS.map(([name]) => [name, []]));
  for (const option of RUN_OPTIONS) {
    const [name] = GROUPS.find(([, pattern]) => pattern.test(option.name)) ?? [];
    groups.get(name ?? "")?.push(option);
  }
  return new Map([
    ...[...groups].map(([name, options]) => [name, optionsTable(options)] as const),
    ["first", optionsTable(RUN_OPTIONS.filter(({ name }) => FIRST.includes(name)))],
    ["validate", optionsTable(VALIDATE_OPTIONS)],
    ["init", optionsTable(INIT_OPTIONS)],
    ["status, recycle and stop", optionsTable(CONTROL_OPTIONS)],
  ]);
}

/**
 * Gives a page with its tables renewed.
 *
 * @throws {Error} where it has a mark of a table that there is none of
 */
export function withOptionTables(page: string, tables = optionTables()): string {
  return page.replaceAll(
    /(<!-- ([^:]+): made by scripts\/options_doc\.ts -->\n).*?(<!-- end of \2 -->)/gs,
    (_, begin: string, name: string, end: string) => {
      const table = tables.get(name);
      if (table === undefined) throw new Error(`There is no table of options named "${name}"`);
      return `${begin}\n${table}\n\n${end}`;
    },
  );
}

if (import.meta.main) {
  for (const url of OPTION_PAGES) {
    const name = url.pathname.split("/").at(-1);
    const page = await Deno.readTextFile(url);
    const shall = withOptionTables(page);
    if (page === shall) console.log(`${name} is current`);
    else if (Deno.args.includes("--write")) {
      await Deno.writeTextFile(url, shall);
      console.log(`${name} written`);
    } else {
      console.log(`${name} is not current; run with --write`);
      Deno.exitCode = 1;
    }
  }
}
