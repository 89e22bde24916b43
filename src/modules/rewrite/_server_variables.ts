import { join, sep } from "node:path";
import { pathBelow } from "../path_base.ts";
import { fieldName, fieldText } from "./_field_text.ts";
import { asciiOnly, type RewriteScope, targetOf } from "./_scope.ts";
import { escapePath } from "./_url_text.ts";

/** Gives the value of a server variable. */
export type VariableReader = (scope: RewriteScope) => string;

const empty: VariableReader = () => "";
const path: VariableReader = ({ url }) => url.path;
const method: VariableReader = ({ x }) => x.request.method;
const address: VariableReader = ({ x }) => x.client.address;
const fileName: VariableReader = ({ url, site }) =>
  join(site.root, pathBelow(site.pathBase, url.path) ?? url.path);
const folder: VariableReader = ({ site }) => site.root + sep;
const protocol: VariableReader = ({ x }) =>
  x.received.version === "HTTP/2" ? "HTTP/2.0" : x.received.version;

/** @see IIS section 6.5 */
const READERS: Readonly<Record<string, VariableReader>> = {
  HTTPS: ({ x }) => x.client.secure ? "on" : "off",
  SERVER_NAME: (scope) => authority(scope).host,
  SERVER_PORT: (scope) => authority(scope).port,
  SERVER_PORT_SECURE: ({ x }) => x.client.secure ? "1" : "0",
  REQUEST_URI: ({ original }) => withQuery(original.path, original.query),
  UNENCODED_URL: (scope) => asciiOnly(scope.originalTarget),
  HTTP_URL: ({ url }) => targetOf(url),
  HTTP_X_ORIGINAL_URL: (scope) =>
    scope.isRewritten ? asciiOnly(scope.originalTarget) : joined(scope, "X-Original-URL"),
  URL: path,
  PATH_INFO: path,
  SCRIPT_NAME: path,
  QUERY_STRING: ({ url }) => url.query,
  REQUEST_METHOD: method,
  HTTP_METHOD: method,
  REQUEST_FILENAME: fileName,
  SCRIPT_FILENAME: fileName,
  PATH_TRANSLATED: fileName,
  DOCUMENT_ROOT: folder,
  APPL_PHYSICAL_PATH: folder,
  CACHE_URL: (scope) => {
    const { host, port } = authority(scope);
    return `${scheme(scope)}://${host}:${port}${withQuery(scope.url.path, scope.url.query)}`;
  },
  REMOTE_ADDR: address,
  REMOTE_HOST: address,
  REMOTE_PORT: ({ x }) => String(x.client.port),
  CONTENT_TYPE: (scope) => joined(scope, "Content-Type"),
  CONTENT_LENGTH: (scope) => joined(scope, "Content-Length"),
  SERVER_PROTOCOL: protocol,
  HTTP_VERSION: protocol,
  SERVER_SOFTWARE: () => "ancm-host",
  GATEWAY_INTERFACE: () => "CGI/1.1",
  INSTANCE_ID: () => "1",
  ALL_RAW: ({ fields }) =>
    Array.from(fields, ([name, value]) => `${name}: ${fieldText(value)}\r\n`).join(""),
  ALL_HTTP: ({ fields }) =>
    Array.from(fields, ([name, value]) => `${variableName(name)}:${fieldText(value)}\n`).join(""),
  RESPONSE_STATUS: ({ response }) => response ? String(response.status) : "",
};

/** Nothing here: there is no user before authentication, no certificate of a client, no server file. */
const EMPTY = [
  "REMOTE_USER",
  "LOGON_USER",
  "AUTH_USER",
  "AUTH_TYPE",
  "AUTH_PASSWORD",
  "LOCAL_ADDR",
  "SERVER_ADDR",
  "APP_POOL_ID",
  "APPL_MD_PATH",
  "INSTANCE_NAME",
  "INSTANCE_META_PATH",
  "CERT_COOKIE",
  "CERT_FLAGS",
  "CERT_ISSUER",
  "CERT_KEYSIZE",
  "CERT_SECRETKEYSIZE",
  "CERT_SERIALNUMBER",
  "CERT_SERVER_ISSUER",
  "CERT_SERVER_SUBJECT",
  "CERT_SUBJECT",
  "HTTPS_KEYSIZE",
  "HTTPS_SECRETKEYSIZE",
  "HTTPS_SERVER_ISSUER",
  "HTTPS_SERVER_SUBJECT",
];

/** Their text is decoded: in a URL it has to be escaped again. */
const DECODED = new Set([
  "URL",
  "PATH_INFO",
  "SCRIPT_NAME",
  "REQUEST_FILENAME",
  "SCRIPT_FILENAME",
  "PATH_TRANSLATED",
]);

/** What an expression needs to know of a server variable. */
export interface ServerVariable {
  /** Its value where nothing has set it. */
  readonly read: VariableReader;
  /** The same as part of a URL, where that is written otherwise. */
  readonly readForUrl?: VariableReader;
  /** Whether the text is decoded. */
  readonly isDecoded: boolean;
  /** Whether the host knows it: another one is empty unless a rule sets it. */
  readonly isKnown: boolean;
}

/** Gives a server variable by its name in upper case. */
export function serverVariable(name: string): ServerVariable {
  if (name === "REQUEST_URI") {
    const readForUrl: VariableReader = ({ original }) =>
      withQuery(escapePath(original.path), original.query);
    return { read: reader(name), readForUrl, isDecoded: false, isKnown: true };
  }
  return {
    read: reader(name),
    isDecoded: DECODED.has(name),
    isKnown: Object.hasOwn(READERS, name) || EMPTY.includes(name) ||
      /^(?:HTTP|RESPONSE)_./.test(name),
  };
}

/** Gives scheme and host of the request, for absolute URLs; undefined where the client named no host. */
export function siteUrl(scope: RewriteScope): string | undefined {
  const host = scope.fields.get("host");
  return host ? `${scheme(scope)}://${host}` : undefined;
}

function reader(name: string): VariableReader {
  const known = Object.hasOwn(READERS, name) ? READERS[name] : undefined;
  if (known) return known;
  if (EMPTY.includes(name)) return empty;
  if (name.startsWith("HTTP_")) {
    const field = fieldName(name.slice("HTTP_".length));
    return (scope) => joined(scope, field);
  }
  if (name.startsWith("RESPONSE_")) {
    const field = fieldName(name.slice("RESPONSE_".length));
    return ({ response }) => fieldText(response?.fields.getAll(field).join(", ") ?? "");
  }
  return empty;
}

function joined({ fields }: RewriteScope, name: string): string {
  if (!fields.has(name)) return "";
  const values = fields.getAll(name);
  if (values.length < 2) return fieldText(values[0] ?? "");
  return fieldText(values.join(name === "Cookie" ? "; " : ", "));
}

function scheme({ x }: RewriteScope): string {
  return x.client.secure ? "https" : "http";
}

/** Host and port that the client named; where it named no port that of the scheme. */
function authority({ x, fields }: RewriteScope): { host: string; port: string } {
  const usual = x.client.secure ? "443" : "80";
  const [, host = "", port = usual] =
    /^(\[[^\]]*\]|[^:]*)(?::(\d+))?/.exec(fields.get("host") ?? "") ?? [];
  return { host, port };
}

function variableName(field: string): string {
  return `HTTP_${field.toUpperCase().replaceAll("-", "_")}`;
}

function withQuery(path: string, query: string): string {
  return query === "" ? path : `${path}?${query}`;
}
