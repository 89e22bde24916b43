import type { Clock } from "../../contract/clock.ts";

/** How old the text of "now" may be. */
const FRESH_MS = 250;

/** The date of an answer as text, made a few times a second however many there are. */
export class DateText {
  readonly #clock: Clock;
  #text = "";
  #until = -Infinity;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Gives what stands in `Date` now. */
  now(): string {
    const now = this.#clock.now();
    if (now >= this.#until) {
      this.#text = this.#clock.date().toUTCString();
      this.#until = now + FRESH_MS;
    }
    return this.#text;
  }
}

/** The three forms of a date in HTTP. @see RFC 9110 §5.6.7 */
const FORMS = [
  /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/,
  /^[A-Z][a-z]{5,8}, \d{2}-[A-Z][a-z]{2}-\d{2} \d{2}:\d{2}:\d{2} GMT$/,
  /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2} \d{4}$/,
];

/** Reads the date of a field as whole seconds since 1970; undefined for what is none. */
export function httpDateSeconds(text: string): number | undefined {
  const form = FORMS.findIndex((one) => one.test(text));
  if (form < 0) return undefined;
  const ms = Date.parse(form === 2 ? `${text} GMT` : text);
  return Number.isNaN(ms) ? undefined : Math.floor(ms / 1000);
}
