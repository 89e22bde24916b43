import type { AppConfig } from "../../config/app_config.ts";

/** Names and values in order, as a process inherits them. */
export type Variables = Readonly<Record<string, string>>;

/** Adds IIS integration to apps that do not ask for it. @see ANCM E-15 */
const HOSTING_STARTUP_ASSEMBLY = "Microsoft.AspNetCore.Server.IISIntegration";

const NOT_INHERITED = [
  // Stock container images set these to 8080, the host's own default port.
  "ASPNETCORE_URLS",
  "ASPNETCORE_HTTP_PORTS",
  "ASPNETCORE_HTTPS_PORTS",
  // Between systemd and the host: a backend that answers there would speak for it.
  "NOTIFY_SOCKET",
  "WATCHDOG_PID",
  "WATCHDOG_USEC",
];

/** What {@linkcode childEnvironment} is made from. */
export interface EnvironmentParts {
  readonly config: AppConfig;
  /** The host's own variables. */
  readonly inherited: Variables;
  /** What a client's URL begins with: `/`, or `/sub` without a slash at its end. */
  readonly pathBase: string;
  readonly port: number;
  readonly token: string;
  /** The one port of the https listeners; absent where there is none, or several. @see ANCM E-17 */
  readonly httpsPort?: number | undefined;
  /** `ASPNETCORE_ENVIRONMENT` where nobody has set it. */
  readonly environmentName?: string | undefined;
}

/**
 * Gives the whole environment of a backend process: inherited, then web.config's, then the host's own variables,
 * names compared without case, a later one taking the place of an earlier.
 *
 * @see ANCM E-1 … E-20
 */
export function childEnvironment(parts: EnvironmentParts): Record<string, string> {
  const { config } = parts;
  const configured = configuredVariables(config, parts.inherited);
  const table = new VariableTable(inheritable(parts.inherited));
  for (const [name, value] of configured) table.override(name, value);
  const isConfigured = (name: string) => findName([...configured.keys()], name) !== undefined;
  const port = String(parts.port);
  table.own("ASPNETCORE_PORT", lookUp(configured, "ASPNETCORE_PORT") || port);
  table.own("ASPNETCORE_APPL_PATH", parts.pathBase);
  table.own("ASPNETCORE_TOKEN", parts.token);
  table.own("ASPNETCORE_IIS_HTTPAUTH", authenticationNames(config));
  table.own("ASPNETCORE_IIS_WEBSOCKETS_SUPPORTED", String(config.webSocketEnabled));
  table.own("ASPNETCORE_IIS_PHYSICAL_PATH", withSeparator(config.root));
  if (!isConfigured("ASPNETCORE_HOSTINGSTARTUPASSEMBLIES")) {
    table.append("ASPNETCORE_HOSTINGSTARTUPASSEMBLIES", `;${HOSTING_STARTUP_ASSEMBLY}`);
  }
  if (!isConfigured("ASPNETCORE_ANCM_HTTPS_PORT")) {
    table.own("ASPNETCORE_ANCM_HTTPS_PORT", String(parts.httpsPort ?? ""));
  }
  const forOtherStacks = {
    ASPNETCORE_URLS: `http://127.0.0.1:${port}`,
    PORT: port,
    HTTP_PLATFORM_PORT: port,
  };
  for (const [name, value] of Object.entries(forOtherStacks)) {
    if (!isConfigured(name)) table.own(name, value);
  }
  if (parts.environmentName !== undefined && !table.has("ASPNETCORE_ENVIRONMENT")) {
    table.own("ASPNETCORE_ENVIRONMENT", parts.environmentName);
  }
  return table.asRecord();
}

/**
 * Gives the variables of web.config, the last of equal names; where `ANCM_PREFER_ENVIRONMENT_VARIABLES` says so,
 * with the value the host itself inherited.
 *
 * @see ANCM C-31
 * @see ANCM E-3
 */
export function configuredVariables(config: AppConfig, inherited: Variables): Map<string, string> {
  const kept = inheritable(inherited);
  const prefersInherited = /^(1|true)$/i.test(
    valueOf(kept, "ANCM_PREFER_ENVIRONMENT_VARIABLES") ?? "",
  );
  const found = new Map<string, string>();
  for (const { name, value } of config.aspNetCore.environmentVariables) {
    const earlier = findName([...found.keys()], name);
    if (earlier !== undefined) found.delete(earlier);
    found.set(name, (prefersInherited ? valueOf(kept, name) : undefined) ?? value);
  }
  return found;
}

/** Gives the configured pairing token as it is, else a new one. @see ANCM E-12 */
export function pairingToken(config: AppConfig, inherited: Variables): string {
  return lookUp(configuredVariables(config, inherited), "ASPNETCORE_TOKEN") || crypto.randomUUID();
}

/** Gives the value of the configured variable of that name, whatever its case. */
export function lookUp(variables: ReadonlyMap<string, string>, name: string): string | undefined {
  const spelled = findName([...variables.keys()], name);
  return spelled === undefined ? undefined : variables.get(spelled);
}

/** Gives the value of the inherited variable of that name: as spelled, else whatever its case. */
export function valueOf(variables: Variables, name: string): string | undefined {
  const spelled = findName(Object.keys(variables), name);
  return spelled === undefined ? undefined : variables[spelled];
}

function findName(names: readonly string[], wanted: string): string | undefined {
  if (names.includes(wanted)) return wanted;
  const upper = wanted.toUpperCase();
  return names.find((name) => name.toUpperCase() === upper);
}

function inheritable(inherited: Variables): Variables {
  const entries = Object.entries(inherited);
  return Object.fromEntries(
    entries.filter(([name]) => !NOT_INHERITED.includes(name.toUpperCase())),
  );
}

function authenticationNames({ authentication }: AppConfig): string {
  const names = (["windows", "basic", "anonymous"] as const)
    .filter((name) => authentication[name]).map((name) => `${name};`);
  return names.join("") || "none";
}

function withSeparator(root: string): string {
  if (/[\\/]$/.test(root)) return root;
  return root + (/^[A-Za-z]:|^\\\\/.test(root) ? "\\" : "/");
}

/** Variables whose names are the same whatever their case, although the system may tell them apart. */
class VariableTable {
  readonly #values: Map<string, string>;

  constructor(inherited: Variables) {
    this.#values = new Map(Object.entries(inherited));
  }

  has(name: string): boolean {
    return findName([...this.#values.keys()], name) !== undefined;
  }

  /** Replaces in place under the inherited spelling, which is the one that programs look for. */
  override(name: string, value: string): void {
    this.#values.set(findName([...this.#values.keys()], name) ?? name, value);
  }

  /** Sets under exactly this spelling; no other one stays. */
  own(name: string, value: string): void {
    for (const other of [...this.#values.keys()]) {
      if (other !== name && other.toUpperCase() === name) this.#values.delete(other);
    }
    this.#values.set(name, value);
  }

  append(name: string, more: string): void {
    const spelled = findName([...this.#values.keys()], name);
    this.own(name, ((spelled && this.#values.get(spelled)) ?? "") + more);
  }

  asRecord(): Record<string, string> {
    return Object.fromEntries(this.#values);
  }
}
