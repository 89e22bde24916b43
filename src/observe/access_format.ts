import type { Exchange } from "../contract/exchange.ts";
import type { ExchangeRecord } from "../contract/exchange_record.ts";

/** One way to write an access log. */
export interface AccessFormat {
  /** What stands before the lines of each file, and after each start; may be empty. */
  readonly header: (now: Date) => string;
  /** Writes an exchange, without the end of the line. */
  readonly line: (x: Exchange, record: ExchangeRecord, now: Date) => string;
  /** Says in the place of lines that are missing how many they were. */
  readonly gapLine: (lines: number) => string;
  /** Whether there are fields that IIS has none of: it marks the names of such files. */
  readonly hasCustom: boolean;
}

/** What is written of each exchange, and how. */
export interface AccessFormatOptions {
  /** Names of fields; `default` among them stands for those that are written without a list. @default "default" */
  readonly fields?: readonly string[] | undefined;
  /** Whether of the client's address only its network is written. @default false */
  readonly anonymize?: boolean | undefined;
}

/** The access log cannot be had as it was asked for. */
export class AccessLogError extends Error {
  /** For whoever prints it. */
  override readonly name = "AccessLogError";
  /** Whether what was asked for can never be had, wherever the host runs. */
  readonly isUsage: boolean;

  /** Makes one. */
  constructor(message: string, options: ErrorOptions & { isUsage: boolean }) {
    super(message, options);
    this.isUsage = options.isUsage;
  }
}

/** What a list of fields may name beside the known ones: a field of the request or of the answer. */
const FIELD_OF_MESSAGE = /^(cs|sc)\(([!#$%&'*+.^_`|~\w-]+)\)$/i;

/** Names another address than the client's own. */
const ADDRESSES: ReadonlySet<string> = new Set(["x-forwarded-for", "forwarded", "x-real-ip"]);

/** One field that a list names. */
export type ChosenField<Known extends string> =
  | { readonly kind: "known"; readonly name: Known }
  | { readonly kind: "request"; readonly name: string }
  | { readonly kind: "answer"; readonly name: string };

/**
 * Reads a list of fields: known ones come in their own order, those of messages behind them.
 *
 * @throws {AccessLogError} where one is not known, or says what is to be hidden
 */
export function chosenFields<Known extends string>(
  known: readonly Known[],
  usual: readonly Known[],
  { fields = ["default"], anonymize }: AccessFormatOptions,
): ChosenField<Known>[] {
  const names = new Set<Known>();
  const ofMessages = new Map<string, ChosenField<Known>>();
  for (const field of fields) {
    const lower = field.toLowerCase();
    const found = known.find((one) => one.toLowerCase() === lower);
    const [, side, name] = FIELD_OF_MESSAGE.exec(field) ?? [];
    if (lower === "default") usual.forEach((one) => names.add(one));
    else if (found !== undefined) names.add(found);
    else if (name === undefined) throw unknown(field, known);
    else if (anonymize && ADDRESSES.has(name.toLowerCase())) throw contradiction(field);
    else ofMessages.set(lower, { kind: isOfRequest(side) ? "request" : "answer", name });
  }
  const chosen = known.filter((name) => names.has(name));
  return [...chosen.map((name) => ({ kind: "known" as const, name })), ...ofMessages.values()];
}

function isOfRequest(side: string | undefined): boolean {
  return side?.toLowerCase() === "cs";
}

function unknown(field: string, known: readonly string[]): AccessLogError {
  return new AccessLogError(
    `Cannot log "${field}": there are default, ${known.join(", ")}, ` +
      "and cs(NAME) or sc(NAME) for a field of the request or of the answer",
    { isUsage: true },
  );
}

function contradiction(field: string): AccessLogError {
  return new AccessLogError(
    `Cannot log "${field}" with --access-log-anonymize: it holds whole addresses`,
    { isUsage: true },
  );
}
