import { APP_KINDS } from "../config/mod.ts";

/** How the text of an option becomes a value. */
export type OptionType =
  | "flag"
  | "text"
  | "path"
  | "list"
  | "seconds"
  | "count"
  | readonly string[];

/** One option of the command line, which is also an environment variable. */
export interface OptionSpec {
  /** Without the leading dashes. */
  readonly name: string;
  readonly type: OptionType;
  /** What stands for the value in the help, such as `URL`. */
  readonly value?: string;
  /** As shown; absent where there is none. */
  readonly default?: string;
  /** Least and greatest of `seconds` and `count`. @default 0 to 3600, and 1 to 999999999 */
  readonly range?: readonly [least: number, greatest: number];
  /** Whether `default` describes a value that is found at run time, instead of being one. */
  readonly computed?: boolean;
  /** One sentence without a full stop. */
  readonly doc: string;
}

/** Every option of `ancm-host run`: help, the README's table and the parser are made from it. */
export const RUN_OPTIONS = [
  {
    name: "listen",
    type: "list",
    value: "URL",
    default: "http://localhost:8080",
    doc:
      "where to listen; may be given again (in the variable: separated by `;`). `http://host:port`, `https://host:port` or `http://unix:/path`; port 0 picks a free one; `?proxy=on` behind it takes connections that begin with a PROXY header; `localhost` opens both loopback addresses; `*`, `+`, `0.0.0.0` and `[::]` mean all",
  },
  {
    name: "cert",
    type: "text",
    value: "FILE",
    doc:
      "certificate of the https listeners as PEM, those that lead to its authority behind it; read again when it changes",
  },
  {
    name: "key",
    type: "text",
    value: "FILE",
    doc: "its private key as PEM",
  },
  {
    name: "pfx",
    type: "text",
    value: "FILE",
    doc: "certificate and key in one file (PKCS #12), in the place of `--cert` and `--key`",
  },
  {
    name: "pfx-password-env",
    type: "text",
    value: "NAME",
    doc: "environment variable that holds the password of `--pfx`",
  },
  {
    name: "basic-auth-file",
    type: "text",
    value: "FILE",
    doc:
      "names and bcrypt hashes of those that `basicAuthentication` in `web.config` lets in, as `htpasswd -B` writes them; read again when it changes",
  },
  {
    name: "redirect-https",
    type: "flag",
    doc: "send clients that came without TLS to the https listener (307)",
  },
  {
    name: "hsts",
    type: "flag",
    doc:
      "tell clients that came by TLS to do so from now on (`Strict-Transport-Security`, thirty days)",
  },
  {
    name: "trusted-proxy",
    type: "list",
    value: "CIDR",
    doc:
      "address or network of a proxy in front whose word about the client is taken; may be given again. The client's own `X-Forwarded-*` fields are then dropped, so the proxy has to write `X-Forwarded-For`",
  },
  {
    name: "path-base",
    type: "path",
    value: "/PATH",
    default: "/",
    doc: "virtual path of the application, as an IIS application has; other paths get 404",
  },
  {
    name: "environment",
    type: "text",
    value: "NAME",
    doc: "`ASPNETCORE_ENVIRONMENT` for the backend where it is not set already",
  },
  {
    name: "strict-iis",
    type: "flag",
    doc:
      "refuse in `web.config` what IIS locks there: authentication, addresses, `access`, `webSocket`, `serverRuntime`, logging, server variables, most modules",
  },
  {
    name: "root-config-only",
    type: "flag",
    doc:
      'leave the `web.config` files of sub-folders alone, as IIS with `allowSubDirConfig="false"`',
  },
  {
    name: "preload",
    type: "flag",
    doc: "start the backend at once; otherwise the first request starts it",
  },
  {
    name: "watch",
    type: "flag",
    doc:
      "for development: start at once, build a source tree with `dotnet build`, and start again whenever a source file changes; `ASPNETCORE_ENVIRONMENT` is then `Development` unless said otherwise",
  },
  {
    name: "launch-profile",
    type: "text",
    value: "NAME",
    default: "the first whose commandName is Project",
    computed: true,
    doc:
      "with `--watch`: the profile of `Properties/launchSettings.json` that gives environment variables, arguments and, without `--listen`, the addresses; `none` for none",
  },
  {
    name: "transport",
    type: ["wire", "fetch"],
    default: "wire",
    doc:
      "how requests reach the backend: `wire` passes on what it need not alter, byte for byte; `fetch` is the runtime's own client",
  },
  {
    name: "admin",
    type: "text",
    value: "URL",
    default: "a Unix socket that the folder's path gives its name",
    computed: true,
    doc:
      "where health, status and control are answered: `http://unix:/path`, `http://host:port`, or `off`. Without it: `ancm-host/ID.sock` in `$XDG_RUNTIME_DIR`, else in a folder of your own in the temporary folder",
  },
  {
    name: "admin-token-file",
    type: "text",
    value: "FILE",
    doc:
      "token without which an `--admin` on TCP answers only `/healthz` and `/readyz`: one line of at least 16 characters",
  },
  {
    name: "ready-file",
    type: "text",
    value: "FILE",
    doc:
      "written once all listeners accept, as JSON with `pid`, `urls` and `admin`; removed at the end",
  },
  {
    name: "drain-time",
    type: "seconds",
    value: "SECONDS",
    default: "15",
    doc: "how long requests under way may take after a stop is asked, 0 to 3600",
  },
  {
    name: "idle-timeout",
    type: "seconds",
    range: [0, 31_536_000],
    value: "SECONDS",
    default: "as web.config says, else never",
    computed: true,
    doc:
      "stop the backend after so long without requests and WebSockets, until the next request; 0 is never",
  },
  {
    name: "recycle-after",
    type: "seconds",
    range: [0, 31_536_000],
    value: "SECONDS",
    default: "as web.config says, else never",
    computed: true,
    doc: "recycle the backend when it has run for so long; 0 is never",
  },
  {
    name: "recycle-requests",
    type: "count",
    range: [0, 4_294_967_295],
    value: "N",
    default: "as web.config says, else never",
    computed: true,
    doc: "recycle the backend after so many requests; 0 is never",
  },
  {
    name: "recycle-memory",
    type: "count",
    range: [0, 4_194_303],
    value: "MB",
    default: "as web.config says, else never",
    computed: true,
    doc:
      "recycle the backend when its processes together have more resident memory; 0 is never. Linux only",
  },
  {
    name: "recycle-at",
    type: "list",
    value: "HH:MM",
    default: "as web.config says, else never",
    computed: true,
    doc:
      "recycle the backend at this local time, every day; may be given again (in the variable: separated by `;`)",
  },
  {
    name: "access-log",
    type: "text",
    value: "FILE|-",
    doc:
      "write each request to this file, to standard output (`-`), or to a folder (there already, or with `/` at its end) under the names that IIS uses; SIGUSR1 begins the file again",
  },
  {
    name: "access-log-format",
    type: ["w3c", "json"],
    default: "w3c",
    doc: "`w3c` is W3C extended as IIS writes it, `json` an object a line",
  },
  {
    name: "access-log-fields",
    type: "text",
    value: "LIST",
    default: "those of IIS",
    computed: true,
    doc:
      "names separated by commas, such as `default,cs-host,cs(X-Forwarded-For)`: `default` are the usual ones, `cs(NAME)` and `sc(NAME)` fields of the request and of the answer",
  },
  {
    name: "access-log-rotate",
    type: ["daily", "hourly", "none"],
    default: "daily in a folder, else none",
    computed: true,
    doc: "how often a new access log is begun, in UTC; a file is renamed then",
  },
  {
    name: "access-log-max-size",
    type: "count",
    range: [0, 4_294_967_295],
    value: "BYTES",
    default: "0",
    doc: "begin a new access log when it would be larger; 0 is no limit",
  },
  {
    name: "access-log-keep",
    type: "count",
    range: [0, 1_000_000],
    value: "N",
    default: "0",
    doc: "delete the oldest access logs beyond so many; 0 keeps all",
  },
  {
    name: "access-log-anonymize",
    type: "flag",
    doc: "write the network of a client in place of its address: 24 bits of IPv4, 48 of IPv6",
  },
  {
    name: "traceparent",
    type: "flag",
    doc:
      "give requests without a valid `traceparent` one, so that the access log and the backend's traces name the same; otherwise it is only passed on",
  },
  {
    name: "log-format",
    type: ["text", "json"],
    default: "text on a terminal, else json",
    computed: true,
    doc: "how the host's events are written to standard error",
  },
  {
    name: "log-level",
    type: ["debug", "info", "warning", "error"],
    default: "info",
    doc: "events below this level are left out",
  },
  {
    name: "limit-connections",
    type: "count",
    value: "N",
    default: "10000",
    doc: "connections in all; one more gets 503",
  },
  {
    name: "limit-connections-per-address",
    type: "count",
    value: "N",
    default: "0",
    range: [0, 1_000_000],
    doc: "connections of one address, a trusted proxy's apart; one more gets 503; 0 is no limit",
  },
  {
    name: "limit-head",
    type: "count",
    value: "BYTES",
    default: "32768",
    doc: "size of a request's head; above: 431",
  },
  {
    name: "limit-target",
    type: "count",
    value: "BYTES",
    default: "16384",
    doc: "length of a request's target; above: 414",
  },
  {
    name: "limit-fields",
    type: "count",
    value: "N",
    default: "200",
    doc: "fields of a request; above: 431",
  },
  {
    name: "limit-head-time",
    type: "seconds",
    value: "SECONDS",
    default: "30",
    doc: "how long a request's head may take to arrive; then 408",
  },
  {
    name: "limit-idle-time",
    type: "seconds",
    value: "SECONDS",
    default: "120",
    doc: "how long a connection may rest between two requests",
  },
  {
    name: "limit-content-rate",
    type: "count",
    value: "BYTES",
    default: "240",
    doc: "slowest content of a request, bytes a second after 5 seconds; below: 408",
  },
  {
    name: "limit-write-time",
    type: "seconds",
    value: "SECONDS",
    default: "60",
    doc: "how long a client may take nothing of its answer before its connection is reset",
  },
  {
    name: "limit-tunnel-idle-time",
    type: "seconds",
    value: "SECONDS",
    default: "0",
    doc: "how long a WebSocket may rest before it is closed; 0 is for ever",
  },
  {
    name: "limit-waiting",
    type: "count",
    value: "N",
    default: "1000",
    doc: "requests that may wait for a start of the backend; one more gets 503",
  },
] as const satisfies readonly OptionSpec[];

/** Every option that only `ancm-host validate` takes, beside those of `run`. */
export const VALIDATE_OPTIONS = [
  {
    name: "effective",
    type: "flag",
    doc: "print what is in effect, place by place, with the file and line each value comes from",
  },
  {
    name: "json",
    type: "flag",
    doc: "print JSON",
  },
] as const satisfies readonly OptionSpec[];

/** Every option of `ancm-host init`. */
export const INIT_OPTIONS = [
  {
    name: "kind",
    type: APP_KINDS,
    doc: "which of several applications in the folder is meant",
  },
  {
    name: "entry",
    type: "text",
    value: "FILE",
    doc: "which of several of one kind, by the file that it was told by",
  },
  {
    name: "yes",
    type: "flag",
    doc: "write the file without asking",
  },
] as const satisfies readonly OptionSpec[];

/** Every option of `ancm-host status`, `recycle` and `stop`. */
export const CONTROL_OPTIONS = [
  {
    name: "admin",
    type: "text",
    value: "URL",
    default: "the one that a host of APP_DIR takes by itself",
    computed: true,
    doc: "where the host takes commands, as `--admin` of `run` named it",
  },
  {
    name: "admin-token-file",
    type: "text",
    value: "FILE",
    doc: "token of a host that takes commands on TCP",
  },
  {
    name: "json",
    type: "flag",
    doc: "print JSON",
  },
  {
    name: "timeout",
    type: "seconds",
    value: "SECONDS",
    default: "10 for status, else 180",
    computed: true,
    doc: "how long to wait for the end of what was asked, 0 to 3600; what has begun goes on",
  },
] as const satisfies readonly OptionSpec[];

/** The name of an option of any command. */
export type OptionName =
  | typeof RUN_OPTIONS[number]["name"]
  | typeof VALIDATE_OPTIONS[number]["name"]
  | typeof INIT_OPTIONS[number]["name"]
  | typeof CONTROL_OPTIONS[number]["name"];

/** Gives the environment variable that stands for an option: `--path-base` is `ANCM_HOST_PATH_BASE`. */
export function variableOf(option: OptionSpec): string {
  return `ANCM_HOST_${option.name.replaceAll("-", "_").toUpperCase()}`;
}

/** Writes the options as a Markdown table, for the README. */
export function optionsTable(options: readonly OptionSpec[]): string {
  const rows = options.map((option) =>
    `| \`${usageOf(option).replaceAll("|", "\\|")}\` | ${sentence(option)} | ${
      option.default ? shown(option) : "none"
    } |`
  );
  return ["| option | meaning | default |", "| --- | --- | --- |", ...rows].join("\n");
}

/** Writes an option as it is typed: `--listen URL`, `--preload`, `--log-format text|json`. */
export function usageOf(option: OptionSpec): string {
  const value = typeof option.type === "string" ? option.value : option.type.join("|");
  return `--${option.name}${value ? ` ${value}` : ""}`;
}

function sentence(option: OptionSpec): string {
  return option.doc.replaceAll("|", "\\|");
}

function shown(option: OptionSpec): string {
  return /^[\w:/.-]+$/.test(option.default ?? "") ? `\`${option.default}\`` : option.default ?? "";
}
