import { join } from "node:path";
import { publishedApp } from "./dotnet.ts";
import type { TempFolder } from "./executable.ts";
import { editedCopy } from "./executable_sites.ts";

/** What is to be altered in the `aspNetCore` element that the SDK wrote. */
export interface ExampleSettings {
  /** Attributes, in the place of those that are there. */
  readonly attributes?: Readonly<Record<string, string>>;
  readonly handlerSettings?: Readonly<Record<string, string>>;
}

/** Makes a copy of the published example app that one test has for itself. */
export async function exampleCopy(settings: ExampleSettings = {}): Promise<TempFolder> {
  return editedCopy(await publishedApp("example"), (text) => edited(text, settings));
}

/** Writes web.config as many editors do, where it is: what is there is cut off first. */
export async function editConfig(dir: string, edit: (text: string) => string): Promise<void> {
  const file = join(dir, "web.config");
  await Deno.writeTextFile(file, edit(await Deno.readTextFile(file)));
}

function edited(text: string, { attributes = {}, handlerSettings = {} }: ExampleSettings): string {
  const [element = ""] = /<aspNetCore [^>]*\/>/.exec(text) ?? [];
  let start = element.replace(/\s*\/>$/, "");
  for (const [name, value] of Object.entries({ ...attributes })) {
    start = `${start.replace(new RegExp(` ${name}="[^"]*"`), "")} ${name}="${value}"`;
  }
  const settings = Object.entries(handlerSettings)
    .map(([name, value]) => `<handlerSetting name="${name}" value="${value}" />`).join("");
  return text.replace(
    element,
    `${start}><handlerSettings>${settings}</handlerSettings></aspNetCore>`,
  );
}
