import type { Exchange, Reply } from "../../src/contract/exchange.ts";
import { ExchangeRecord } from "../../src/contract/exchange_record.ts";
import { emptyContent } from "../../src/contract/content.ts";
import { type FailureCode, HostError } from "../../src/contract/host_error.ts";
import { type FieldLine, FieldList } from "../../src/http1/fields.ts";

/** An exchange as it is when it has ended. */
export interface Observed {
  readonly x: Exchange;
  readonly record: ExchangeRecord;
}

/** What a test wants to be otherwise. */
export interface ObservedChanges {
  readonly method?: string;
  readonly target?: string;
  readonly version?: Exchange["received"]["version"];
  readonly fields?: readonly FieldLine[];
  readonly client?: Partial<Exchange["client"]>;
  readonly exchange?: Partial<Exchange>;
  readonly record?: Partial<ExchangeRecord>;
  /** What the host answered. */
  readonly failure?: FailureCode;
  readonly subStatus?: number;
  readonly answer?: readonly FieldLine[];
}

/** Makes an exchange that got a 200 of 1234 bytes from the backend within 12.3 ms. */
export function observed(changes: ObservedChanges = {}): Observed {
  const { method = "GET", target = "/", version = "HTTP/1.1", fields = [] } = changes;
  const received = { method, target, version, fields: new FieldList(fields) };
  const { failure, subStatus, answer = [] } = changes;
  const error = failure && new HostError(failure, "As told");
  const status = error?.failure.status ?? 200;
  const reply: Reply = {
    head: { status, reason: "", fields: new FieldList(answer) },
    content: emptyContent,
    ...(error ? { error } : {}),
    ...(subStatus === undefined ? {} : { subStatus }),
  };
  const record = Object.assign(new ExchangeRecord(0), {
    status,
    tookMs: 12.3,
    bytesOut: 1_234,
    reply,
    ...(error ? {} : { generation: 1, target: 2, sentAt: 1, firstByteMs: 9.8765 }),
    ...changes.record,
  });
  const x = {
    id: "ab-1",
    received,
    request: received,
    client: {
      address: "203.0.113.7",
      port: 50_000,
      secure: false,
      local: { address: "192.0.2.1", port: 8_080 },
      ...changes.client,
    },
    record,
    ...changes.exchange,
  } as Exchange;
  return { x, record };
}
