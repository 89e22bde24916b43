import { hostname } from "node:os";
import type { Exchange } from "../contract/exchange.ts";
import type { ExchangeRecord } from "../contract/exchange_record.ts";
import { type AccessFormat, type AccessFormatOptions, chosenFields } from "./access_format.ts";
import { anonymousAddress } from "./_anonymous.ts";
import { LogMoment } from "./_log_moment.ts";
import { subStatusOf } from "./_sub_status.ts";
import { NONE, uriQuery, uriStem, w3cValue } from "./_w3c_value.ts";
import { win32Status } from "./_win32_status.ts";

/** Gives the text of one field of one exchange. */
type FieldText = (x: Exchange, record: ExchangeRecord, at: LogMoment) => string;

/** Every field that IIS knows, in its order. @see IIS section 11.4 */
const FIELDS = {
  date: (_x, _record, at) => at.date,
  time: (_x, _record, at) => at.time,
  "s-sitename": () => "W3SVC1",
  "s-computername": () => computerName(),
  "s-ip": ({ client }) => w3cValue(client.local?.address),
  "cs-method": ({ received }) => w3cValue(received.method),
  "cs-uri-stem": (x) => uriStem(targetOf(x)),
  "cs-uri-query": (x) => uriQuery(targetOf(x)),
  "s-port": ({ client }) => client.local ? String(client.local.port) : NONE,
  "cs-username": ({ user }) => w3cValue(user),
  "c-ip": ({ client }) => w3cValue(client.address),
  "cs-version": ({ received }) => received.version === "HTTP/2" ? "HTTP/2.0" : received.version,
  "cs(User-Agent)": ({ received }) => w3cValue(received.fields.get("user-agent")),
  "cs(Cookie)": ({ received }) => w3cValue(received.fields.get("cookie")),
  "cs(Referer)": ({ received }) => w3cValue(received.fields.get("referer")),
  "cs-host": ({ received }) => w3cValue(received.fields.get("host")),
  "sc-status": (_x, { status }) => String(status),
  "sc-substatus": (_x, record) => String(subStatusOf(record) ?? 0),
  "sc-win32-status": (_x, record) => String(win32Status(record)),
  "sc-bytes": (_x, { bytesOut }) => String(bytesOut),
  "cs-bytes": (_x, { bytesIn }) => String(bytesIn),
  "time-taken": (_x, { tookMs }) => String(Math.round(tookMs)),
} as const satisfies Record<string, FieldText>;

type FieldName = keyof typeof FIELDS;

const NAMES = Object.keys(FIELDS) as readonly FieldName[];

/** What IIS writes where nobody has chosen. */
const USUAL: readonly FieldName[] = NAMES.filter((name) =>
  ![
    "s-sitename",
    "s-computername",
    "cs-version",
    "cs(Cookie)",
    "cs-host",
    "sc-bytes",
    "cs-bytes",
  ].includes(name)
);

/**
 * Writes the access log as IIS does: W3C extended, UTF-8, UTC.
 *
 * @throws {AccessLogError} where a field is not known
 * @see IIS M-LG-1 … M-LG-5
 */
export function w3cFormat(options: AccessFormatOptions): AccessFormat {
  const fields = chosenFields(NAMES, USUAL, options);
  const texts = fields.map((field): FieldText => {
    if (field.kind === "request") {
      return ({ received }) => w3cValue(received.fields.getAll(field.name).join(", "));
    }
    if (field.kind === "answer") {
      return (_x, { reply }) => w3cValue(reply?.head.fields.getAll(field.name).join(", "));
    }
    const isHidden = field.name === "c-ip" && options.anonymize;
    return isHidden ? ({ client }) => hiddenAddress(client.address) : FIELDS[field.name];
  });
  const [first = () => NONE, ...others] = texts;
  const names = fields.map(({ kind, name }) =>
    kind === "known" ? name : `${kind === "request" ? "cs" : "sc"}(${name})`
  );
  const at = new LogMoment();
  return {
    header: (now) => headerText(now, names),
    line(x, record, now) {
      at.set(now.getTime());
      let line = first(x, record, at);
      for (let i = 0; i < others.length; i++) line += " " + others[i]!(x, record, at);
      return line;
    },
    gapLine: (lines) => `#Remark: ${lines} requests are missing here: the disk did not take them`,
    hasCustom: fields.some(({ kind }) => kind !== "known"),
  };
}

/** @see IIS M-LG-1 */
function headerText(now: Date, names: readonly string[]): string {
  const date = now.toISOString().slice(0, 19).replace("T", " ");
  return [
    "#Software: ancm-host",
    "#Version: 1.0",
    `#Date: ${date}`,
    `#Fields: ${names.join(" ")}`,
    "",
  ].join("\n");
}

function targetOf({ loggedTarget, received }: Exchange): string {
  return loggedTarget ?? received.target;
}

function hiddenAddress(address: string): string {
  return address === "" ? NONE : anonymousAddress(address);
}

let computer: string | undefined;

function computerName(): string {
  return computer ??= w3cValue(hostname().toUpperCase());
}
