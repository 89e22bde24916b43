/** Sections that may stand in the server's own file only. @see IIS M-CF-6 */
const SERVER_ONLY = [
  "rewrite/globalRules",
  "globalModules",
  "fastCgi",
  "security/isapiCgiRestriction",
];

/** Sections that IIS locks until an administrator unlocks them, and everything below them. @see IIS M-CF-6 */
const LOCKED = [
  ...SERVER_ONLY,
  "security/access",
  "security/authentication",
  "security/ipSecurity",
  "security/dynamicIpSecurity",
  "serverRuntime",
  "webSocket",
  "httpLogging",
  "httpTracing",
  "rewrite/allowedServerVariables",
  "isapiFilters",
  "asp",
  "cgi",
];

/** Tells whether IIS refuses a section in web.config. */
export function isLocked(section: string): boolean {
  return LOCKED.some((name) => section === name || section.startsWith(`${name}/`));
}

/** Says why IIS refuses a section in web.config, and what would be right. */
export function lockedMessage(section: string): string {
  const what = `Section ${section} is locked in IIS (0x80070021)`;
  return SERVER_ONLY.includes(section)
    ? `${what}; it belongs into the server's own file, remove it here`
    : `${what}; unlock it there, remove it here, or do without --strict-iis`;
}
