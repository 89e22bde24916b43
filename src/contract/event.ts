/** How much an event matters, in rising order. */
export const LEVELS = ["debug", "info", "warning", "error"] as const;
/** One of {@linkcode LEVELS}. */
export type Level = typeof LEVELS[number];

/** Something the host did or saw, told once to whoever listens. Never holds a secret. */
export interface HostEvent {
  /** How much it matters. */
  readonly level: Level;
  /** Stable name in kebab-case, such as `backend-ready`: what alerts are written on. */
  readonly name: string;
  /** One sentence for a person, without a full stop. */
  readonly message: string;
  /** The ASP.NET Core Module's event id where it has one. @see ANCM L-20 … L-37 */
  readonly eventId?: number;
  /** Facts beside the sentence, by name in camelCase. */
  readonly facts?: Readonly<Record<string, string | number | boolean>>;
}

/** Takes an event. Never throws and never waits. */
export type Report = (event: HostEvent) => void;
