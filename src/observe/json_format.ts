import type { Exchange } from "../contract/exchange.ts";
import type { ExchangeRecord } from "../contract/exchange_record.ts";
import { type AccessFormat, type AccessFormatOptions, chosenFields } from "./access_format.ts";
import { anonymousAddress } from "./_anonymous.ts";
import { subStatusOf } from "./_sub_status.ts";
import { win32Status } from "./_win32_status.ts";

/** Gives one member's value as JSON; undefined leaves the member out. */
type MemberText = (x: Exchange, record: ExchangeRecord, now: Date) => string | undefined;

/** Every member that a line may have, in order. */
const MEMBERS = {
  time: (_x, _record, now) => `"${now.toISOString()}"`,
  id: ({ id }) => quoted(id),
  client: ({ client }) => quoted(client.address),
  clientPort: ({ client }) => String(client.port),
  server: ({ client }) => quoted(client.local?.address),
  serverPort: ({ client }) => client.local && String(client.local.port),
  secure: ({ client }) => String(client.secure),
  user: ({ user }) => quoted(user),
  method: ({ received }) => quoted(received.method),
  target: ({ loggedTarget, received }) => quoted(loggedTarget ?? received.target),
  host: ({ received }) => quoted(received.fields.get("host")),
  version: ({ received }) => `"${received.version}"`,
  status: (_x, { status }) => String(status),
  subStatus: (_x, record) => String(subStatusOf(record) ?? 0),
  win32Status: (_x, record) => String(win32Status(record)),
  failure: (_x, { reply }) => quoted(reply?.error?.code),
  end: (_x, { end }) => `"${end}"`,
  bytesIn: (_x, { bytesIn }) => String(bytesIn),
  bytesOut: (_x, { bytesOut }) => String(bytesOut),
  durationMs: (_x, { tookMs }) => milliseconds(tookMs),
  queueMs: (_x, { queueMs }) => milliseconds(queueMs),
  firstByteMs: (_x, { firstByteMs }) => firstByteMs < 0 ? undefined : milliseconds(firstByteMs),
  generation: (_x, { generation }) => generation === 0 ? undefined : String(generation),
  backend: (_x, { target }) => target === 0 ? undefined : String(target),
  userAgent: ({ received }) => quoted(received.fields.get("user-agent")),
  referer: ({ received }) => quoted(received.fields.get("referer")),
  traceparent: ({ request }) => quoted(request.fields.get("traceparent")),
} as const satisfies Record<string, MemberText>;

type MemberName = keyof typeof MEMBERS;

const NAMES = Object.keys(MEMBERS) as readonly MemberName[];
const USUAL = NAMES.filter((name) => !["clientPort", "server", "serverPort"].includes(name));

/**
 * Writes the access log as JSON, an object a line.
 *
 * @throws {AccessLogError} where a field is not known
 */
export function jsonFormat(options: AccessFormatOptions): AccessFormat {
  const fields = chosenFields(NAMES, USUAL, options);
  const keys = fields.map(({ kind, name }) =>
    `"${kind === "known" ? name : `${kind}.${name.toLowerCase()}`}":`
  );
  const texts = fields.map((field): MemberText => {
    if (field.kind === "request") {
      return ({ received }) => joined(received.fields.getAll(field.name));
    }
    if (field.kind === "answer") {
      return (_x, { reply }) => joined(reply?.head.fields.getAll(field.name) ?? []);
    }
    const isHidden = field.name === "client" && options.anonymize;
    return isHidden
      ? ({ client }) => quoted(client.address && anonymousAddress(client.address))
      : MEMBERS[field.name];
  });
  return {
    header: () => "",
    line(x, record, now) {
      let line = "";
      for (let i = 0; i < texts.length; i++) {
        const text = texts[i]!(x, record, now);
        if (text !== undefined) line += (line === "" ? "{" : ",") + keys[i] + text;
      }
      return line === "" ? "{}" : line + "}";
    },
    gapLine: (lines) =>
      JSON.stringify({ remark: "The disk did not take requests", missing: lines }),
    hasCustom: false,
  };
}

/** What needs no escape in JSON, and surprises no reader of lines. */
const PLAIN = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/;
const BREAKING = /[\x7f-\x9f\u2028\u2029]/g;

function quoted(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  return PLAIN.test(text) ? `"${text}"` : JSON.stringify(text).replace(BREAKING, escaped);
}

function escaped(c: string): string {
  return `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

function joined(values: readonly string[]): string | undefined {
  return values.length === 0 ? undefined : quoted(values.join(", "));
}

/** To the microsecond. */
function milliseconds(ms: number): string {
  return String(Math.round(ms * 1_000) / 1_000);
}
