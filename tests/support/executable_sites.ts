import { join } from "node:path";
import { copyFolder } from "./dotnet.ts";
import { type TempFolder, tempFolder } from "./executable.ts";

/** Makes an application folder that holds nothing but a web.config with this `aspNetCore` element. */
export function siteWith(aspNetCore: string): Promise<TempFolder> {
  return siteWithConfig(webConfig(aspNetCore));
}

/** Makes an application folder that holds nothing but this web.config. */
export async function siteWithConfig(text: string): Promise<TempFolder> {
  const folder = await tempFolder();
  await Deno.writeTextFile(join(folder.path, "web.config"), text);
  return folder;
}

/** Makes a copy of a published app whose web.config, made by the SDK, is then edited. */
export async function editedCopy(
  published: string,
  edit: (webConfig: string) => string,
): Promise<TempFolder> {
  const folder = await tempFolder();
  await copyFolder(published, folder.path);
  const file = join(folder.path, "web.config");
  const before = await Deno.readTextFile(file);
  const after = edit(before);
  if (after === before) throw new Error("The edit found nothing to change in web.config");
  await Deno.writeTextFile(file, after);
  return folder;
}

function webConfig(aspNetCore: string): string {
  return `<?xml version="1.0" encoding="utf-8"?>
<configuration>
  <system.webServer>
    <handlers>
      <add name="aspNetCore" path="*" verb="*" modules="AspNetCoreModuleV2" resourceType="Unspecified" />
    </handlers>
    ${aspNetCore}
  </system.webServer>
</configuration>
`;
}
