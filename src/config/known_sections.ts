/** A section of IIS that this host knows of but does not act on. */
export interface UnsupportedSection {
  /** Path below `system.webServer`. */
  readonly name: string;
  /** What its absence means to whoever relies on it; says it loudly where it protects something. */
  readonly effect: string;
  /** Whether it protects the application. */
  readonly isSecurity?: true;
  /**
   * Elements and attributes that ask for nothing the host would have to do: a section of only those
   * is silent, such as `modules` that removes WebDAV.
   */
  readonly harmless?: readonly string[];
}

/**
 * Every such section. One that gets a schema no longer looks here.
 *
 * @see IIS sections 5 to 11
 */
export const UNSUPPORTED_SECTIONS: readonly UnsupportedSection[] = [
  {
    name: "security/isapiCgiRestriction",
    effect: "there is no ISAPI and no CGI",
  },
  { name: "security/applicationDependencies", effect: "it concerns the server's administration" },
  {
    name: "security/authentication/clientCertificateMappingAuthentication",
    isSecurity: true,
    effect: "no client certificate is asked for",
  },
  {
    name: "security/authentication/iisClientCertificateMappingAuthentication",
    isSecurity: true,
    effect: "no client certificate is asked for",
  },
  { name: "httpTracing", effect: "nothing is traced" },
  { name: "tracing", effect: "nothing is traced" },
  { name: "odbcLogging", effect: "nothing is logged to a database" },
  {
    name: "validation",
    effect: "there are no managed modules",
    harmless: ["validateIntegratedModeConfiguration"],
  },
  { name: "isapiFilters", effect: "there is no ISAPI" },
  { name: "cgi", effect: "there is no CGI" },
  { name: "fastCgi", effect: "there is no FastCGI" },
  { name: "asp", effect: "there is no classic ASP" },
  { name: "serverSideInclude", effect: "files are sent as they are" },
  { name: "webdav", effect: "there is no WebDAV" },
  { name: "globalModules", effect: "it belongs into the server's own file" },
  { name: "management", effect: "there is no remote administration" },
  { name: "proxy", effect: "requests go to the backend and nowhere else" },
  { name: "httpPlatform", effect: "write an aspNetCore section instead" },
  { name: "iisnode", effect: "write an aspNetCore section that starts node instead" },
];
