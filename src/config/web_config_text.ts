import type { AppCandidate } from "./app_candidate.ts";

const PORT_COMMENT = `    <!--
      The program listens on a port of 127.0.0.1 that is another one with each start. ancm-host names it in the
      variables PORT, HTTP_PLATFORM_PORT and ASPNETCORE_PORT, and fills in %PORT% in arguments. IIS sets
      ASPNETCORE_PORT alone and fills in nothing: there the program has to read that variable.
    -->
`;

/** Writes the web.config that starts an application, for this host and for IIS with the ASP.NET Core Module. */
export function webConfigText({ kind, processPath, arguments: args }: AppCandidate): string {
  const attributes = [
    ["processPath", processPath],
    ...(args === "" ? [] : [["arguments", args]]),
    ["stdoutLogEnabled", "false"],
    ["stdoutLogFile", ".\\logs\\stdout"],
    ["hostingModel", "OutOfProcess"],
  ];
  const written = attributes.map(([name, value = ""]) => `${name}="${escapeXml(value)}"`).join(" ");
  return `<?xml version="1.0" encoding="utf-8"?>
<configuration>
  <system.webServer>
    <handlers>
      <add name="aspNetCore" path="*" verb="*" modules="AspNetCoreModuleV2" resourceType="Unspecified" />
    </handlers>
${kind === "dotnet" ? "" : PORT_COMMENT}    <aspNetCore ${written} />
  </system.webServer>
</configuration>
`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
};

function escapeXml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => ENTITIES[character] ?? "");
}
