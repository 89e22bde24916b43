// deno-lint-ignore-file no-console -- a script talks to whoever runs it
/**
 * Makes `web.config.sample` and the generated part of `docs/configuration.md` out of the schemas.
 *
 * `deno run -A scripts/configuration_doc.ts` tells whether they are current, `--write` makes them so.
 *
 * @module
 */
import { ASP_NET_CORE } from "../src/config/asp_net_core_schema.ts";
import { HANDLER_SETTINGS } from "../src/config/handler_setting.ts";
import { HANDLERS } from "../src/config/handlers_schema.ts";
import { UNSUPPORTED_SECTIONS } from "../src/config/known_sections.ts";
import { OWN_SECTIONS } from "../src/config/read_config.ts";
import type {
  AttributeSchema,
  CollectionSchema,
  ElementSchema,
  SectionSchema,
  Support,
} from "../src/config/schema.ts";
import { formatTimeSpan } from "../src/config/values.ts";
import { WEB_SOCKET } from "../src/config/web_socket_schema.ts";
import { MODULE_SECTIONS } from "../src/modules/mod.ts";

/** Everything from this line on is made by this script. */
const MARK = "<!-- made by scripts/configuration_doc.ts from here on -->";
const SAMPLE = new URL("../web.config.sample", import.meta.url);
const PAGE = new URL("../docs/configuration.md", import.meta.url);

/** Most built-in items that are written out. */
const MOST_ITEMS = 60;

/** Every section that the host reads. */
const SECTIONS: readonly SectionSchema[] = [
  ...OWN_SECTIONS.filter(({ name }) => MODULE_SECTIONS.every((other) => other.name !== name)),
  ...MODULE_SECTIONS,
];

/** Gives the page with its generated part renewed; the written part before the mark is kept. */
export function configurationPage(page: string, sections = SECTIONS): string {
  const written = page.split(MARK, 1)[0] ?? "";
  const parts = [
    written.trimEnd(),
    MARK,
    "## Reference",
    supportPart(sections),
    ...sections.map(sectionPart),
    handlerSettingsPart(),
    unsupportedPart(),
  ];
  return parts.join("\n\n") + "\n";
}

/** Gives a web.config that writes out every default, with the documentation as comments. */
export function sampleConfig(): string {
  return `<?xml version="1.0" encoding="utf-8"?>
<!-- What ancm-host reads of a web.config, every value at its default.
     Made from the schemas by scripts/configuration_doc.ts; docs/configuration.md says more. -->
<configuration>
  <location path="." inheritInChildApplications="false">
    <system.webServer>
${comment(6, [HANDLERS.doc, ...attributeLines(HANDLERS.collection.item, ["name", "path", "verb"])])}
      <handlers>
        <add name="aspNetCore" path="*" verb="*" modules="AspNetCoreModuleV2" resourceType="Unspecified" />
      </handlers>
${comment(6, [ASP_NET_CORE.doc, ...attributeLines(ASP_NET_CORE)])}
      <aspNetCore${
    sampleAttributes(ASP_NET_CORE, { processPath: "dotnet", arguments: ".\\App.dll" })
  }>
${comment(8, [ASP_NET_CORE.children.environmentVariables.doc])}
        <environmentVariables>
          <!-- <environmentVariable name="ASPNETCORE_ENVIRONMENT" value="Production" /> -->
        </environmentVariables>
${comment(8, [ASP_NET_CORE.children.handlerSettings.doc])}
        <handlerSettings>
${HANDLER_SETTINGS.filter(({ support }) => !support).map(sampleSetting).join("\n")}
        </handlerSettings>
      </aspNetCore>
${comment(6, [WEB_SOCKET.doc, ...attributeLines(WEB_SOCKET, ["enabled"])])}
      <webSocket enabled="true" />
    </system.webServer>
  </location>
</configuration>
`;
}

function supportPart(sections: readonly SectionSchema[]): string {
  const rows = sections.map((section) => {
    const differing = differences(section);
    const what = [...differing].map(([note, names]) => `${names.join(", ")}: ${note}`).join("; ");
    const link = `[${section.name}](#${section.name.toLowerCase().replaceAll("/", "")})`;
    if (section.support) return row([link, "none", section.support.note]);
    return row([link, differing.size === 0 ? "full" : "partial", what]);
  });
  return [
    "### What is supported",
    "Sections that are not here have no effect: [they are listed below](#sections-that-have-no-effect).",
    table(["section", "support", "what differs"], rows),
  ].join("\n\n");
}

/** Gives the settings that the host does not honour fully, by what differs. */
function differences(
  element: ElementSchema,
  named = "",
  found = new Map<string, string[]>(),
): Map<string, string[]> {
  const take = (name: string, support: Support | undefined) => {
    if (support) found.set(support.note, [...found.get(support.note) ?? [], `\`${name}\``]);
  };
  for (const [name, { support }] of Object.entries(element.attributes ?? {})) {
    take(named + name, support);
  }
  for (const [name, child] of Object.entries(element.children ?? {})) {
    take(named + name, child.support);
    if (!child.support) differences(child, `${named}${name}/`, found);
  }
  if (element.collection) differences(element.collection.item, named, found);
  return found;
}

function sectionPart(section: SectionSchema): string {
  const place = section.scope === "application"
    ? " It counts for the whole application: in a `<location>` below it has no effect, with a warning."
    : "";
  return [`### ${section.name}`, section.doc + place, ...elementParts(section)].join("\n\n");
}

function elementParts(element: ElementSchema): string[] {
  const parts: string[] = [];
  const attributes = Object.entries(element.attributes ?? {});
  if (attributes.length > 0) {
    const rows = attributes.map(([name, one]) =>
      row([`\`${name}\``, typeText(one), defaultText(one), one.doc + supportText(one.support)])
    );
    parts.push(table(["attribute", "type", "default", "meaning"], rows));
  }
  if (element.collection) parts.push(...collectionParts(element.collection));
  for (const [name, child] of Object.entries(element.children ?? {})) {
    parts.push(`**\`<${name}>\`**: ${child.doc}${supportText(child.support)}`);
    parts.push(...elementParts(child));
  }
  return parts;
}

function collectionParts({ add, remove, clear, item, builtIn }: CollectionSchema): string[] {
  const steps = [remove && `\`<${remove}>\``, clear && `\`<${clear}/>\``].filter(Boolean);
  const taken = steps.length > 0 ? ` Beside it: ${steps.join(" and ")}.` : "";
  return [`**\`<${add}>\`**: ${item.doc}${taken}${builtInText(builtIn)}`, ...elementParts(item)];
}

function builtInText(items: CollectionSchema["builtIn"] = []): string {
  if (items.length === 0) return "";
  const values = items.slice(0, MOST_ITEMS).map((texts) => {
    const all = Object.entries(texts);
    const isLone = items.every((one) => Object.keys(one).length === 1);
    return `\`${all.map(([name, text]) => isLone ? text : `${name}="${text}"`).join(" ")}\``;
  });
  const more = items.length > MOST_ITEMS
    ? ` and ${items.length - MOST_ITEMS} more, which \`validate --effective --json\` lists`
    : "";
  return ` Built in: ${values.join(", ")}${more}.`;
}

function handlerSettingsPart(): string {
  const rows = HANDLER_SETTINGS.map(({ name, default: text, doc, support }) =>
    row([`\`${name}\``, text === "" ? "none" : `\`${text}\``, doc + supportText(support)])
  );
  return ["### The names of handlerSetting", table(["name", "default", "meaning"], rows)]
    .join("\n\n");
}

function unsupportedPart(): string {
  const rows = UNSUPPORTED_SECTIONS.map(({ name, effect, isSecurity, harmless }) => {
    const silent = harmless
      ? `silent with only ${harmless.map((one) => `\`${one}\``).join(", ")}`
      : "";
    return row([`\`${name}\``, isSecurity ? "**yes**" : "", effect, silent]);
  });
  return [
    "### Sections that have no effect",
    "Each gives a warning with its line. Those marked as protection warn loudly: whoever relies on " +
    "them must see to it that something else protects the application.",
    table(["section", "protection", "what that means", ""], rows),
  ].join("\n\n");
}

function supportText(support: Support | undefined, italic = "*"): string {
  if (!support) return "";
  const words = {
    partial: "Partly",
    later: "No effect yet",
    never: "No effect",
    ignored: "No effect",
  };
  return ` ${italic}${words[support.level]}: ${support.note}.${italic}`;
}

function typeText(attribute: AttributeSchema): string {
  switch (attribute.type) {
    case "string":
      return attribute.nonEmpty ? "text, not empty" : "text";
    case "boolean":
      return "`true`, `false`";
    case "uint":
      return [`${attribute.min ?? 0} to ${attribute.max ?? 4_294_967_295}`, attribute.unit]
        .filter(Boolean).join(" ");
    case "timeSpan":
      return `time from ${formatTimeSpan(attribute.minMs ?? 0)} to ${
        formatTimeSpan(attribute.maxMs)
      }`;
    case "enum":
      return attribute.values.map((value) => `\`${value}\``).join(", ");
    case "flags":
      return `any of ${attribute.values.map((value) => `\`${value}\``).join(", ")}`;
  }
}

function defaultText(attribute: AttributeSchema): string {
  const text = attributeDefault(attribute);
  if (text === undefined) return attribute.required ? "required" : "none";
  return text === "" ? "empty" : `\`${text}\``;
}

function attributeDefault(attribute: AttributeSchema): string | undefined {
  if (attribute.default === undefined) return undefined;
  return attribute.type === "timeSpan"
    ? formatTimeSpan(attribute.default ?? 0)
    : String(attribute.default);
}

function table(heads: readonly string[], rows: readonly string[]): string {
  return [row(heads), row(heads.map(() => "---")), ...rows].join("\n");
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}

function attributeLines(
  element: ElementSchema,
  only: readonly string[] = Object.keys(element.attributes ?? {}),
): string[] {
  return Object.entries(element.attributes ?? {}).filter(([name]) => only.includes(name))
    .map(([name, one]) => `${name} (${typeText(one)}): ${one.doc}${supportText(one.support, "")}`);
}

function sampleAttributes(element: ElementSchema, own: Readonly<Record<string, string>>): string {
  return Object.entries(element.attributes ?? {})
    .map(([name, one]) => `\n        ${name}="${own[name] ?? attributeDefault(one) ?? ""}"`).join(
      "",
    );
}

function sampleSetting({ name, default: text, doc }: (typeof HANDLER_SETTINGS)[number]): string {
  return `${comment(10, [doc])}\n          <handlerSetting name="${name}" value="${text}" />`;
}

/** Writes paragraphs as an XML comment, indented and wrapped at 100 characters. */
function comment(indent: number, paragraphs: readonly string[]): string {
  const pad = " ".repeat(indent);
  const lines = paragraphs.flatMap((text) => wrapped(plain(text), 95 - indent));
  return `${pad}<!-- ${lines.join(`\n${pad}     `)} -->`;
}

/** Takes out of Markdown what an XML comment has no use for or must not hold. */
function plain(text: string): string {
  return text.replaceAll("`", "").replaceAll(/--+/g, "-");
}

/** Breaks a paragraph into lines, all but the first one indented. */
function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const line = lines.at(-1);
    if (line === undefined) lines.push(word);
    else if (line.length + 1 + word.length > width) lines.push(`  ${word}`);
    else lines[lines.length - 1] = `${line} ${word}`;
  }
  return lines;
}

if (import.meta.main) {
  const page = await Deno.readTextFile(PAGE);
  const sample = await Deno.readTextFile(SAMPLE).catch(() => "");
  const files = [
    { url: PAGE, is: page, shall: configurationPage(page) },
    { url: SAMPLE, is: sample, shall: sampleConfig() },
  ];
  for (const { url, is, shall } of files) {
    const name = url.pathname.split("/").at(-1);
    if (is === shall) console.log(`${name} is current`);
    else if (Deno.args.includes("--write")) {
      await Deno.writeTextFile(url, shall);
      console.log(`${name} written`);
    } else {
      console.log(`${name} is not current; run with --write`);
      Deno.exitCode = 1;
    }
  }
}
