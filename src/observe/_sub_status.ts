import type { ExchangeRecord } from "../contract/exchange_record.ts";

/** Gives the IIS sub-status that the host gave an answer; undefined on what a backend or a file answered. */
export function subStatusOf({ reply }: ExchangeRecord): number | undefined {
  return reply?.subStatus ?? reply?.error?.failure.subStatus;
}
