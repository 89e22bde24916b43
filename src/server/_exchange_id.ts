let count = 0;
/** Tells the ids of one run of the host from those of the next, where both are in one log. */
const run = crypto.randomUUID().slice(0, 4);

/** Gives an id for an exchange, short and unique within this run of the host. */
export function exchangeId(): string {
  return `${run}-${(++count).toString(36)}`;
}
