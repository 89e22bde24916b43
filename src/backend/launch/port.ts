import { StartFault } from "../process/failure.ts";

/** The lowest port the host chooses by itself. @see ANCM P-10 */
const LOWEST_CHOSEN = 10_000;
/** The range web.config may name. @see ANCM P-12 */
const LOWEST_CONFIGURED = 1025;
const HIGHEST = 48_000;
/** @see ANCM P-11 */
const CANDIDATES = 10;

/** What {@linkcode choosePort} needs to know. */
export interface PortQuestion {
  /** `ASPNETCORE_PORT` of web.config; empty is as if absent. */
  readonly configured?: string | undefined;
  /** The first port that the system gives to outgoing connections, where it is known. */
  readonly ephemeralFrom?: number | undefined;
  /** Tells whether nothing listens on the port. @default tries to bind it */
  readonly isFree?: (port: number) => boolean;
  /** From 0 up to, not including, 1. @default Math.random */
  readonly random?: () => number;
}

/**
 * Gives the port that the backend shall listen on: the configured one, unseen (P-14), else a free one by chance.
 *
 * @throws {StartFault} start-no-port where the configured one is out of range or ten candidates were in use
 * @see ANCM P-10 … P-14
 */
export function choosePort(question: PortQuestion): number {
  if (question.configured) return configuredPort(question.configured);
  const { isFree = canBind, random = Math.random } = question;
  const { lowest, highest } = chosenRange(question.ephemeralFrom);
  for (let left = CANDIDATES; left > 0; left--) {
    const port = lowest + Math.floor(random() * (highest - lowest + 1));
    if (isFree(port)) return port;
  }
  throw new StartFault(
    "start-no-port",
    `Cannot find a free port for the backend: ${CANDIDATES} tried from ${lowest} to ${highest} are in use`,
  );
}

/** Gives the range of {@linkcode choosePort}, both ends in it. @see ANCM P-10 */
export function chosenRange(ephemeralFrom = HIGHEST + 1): { lowest: number; highest: number } {
  // A system whose ephemeral range begins that low leaves nothing below it.
  const end = ephemeralFrom > LOWEST_CHOSEN ? ephemeralFrom - 1 : HIGHEST;
  return { lowest: LOWEST_CHOSEN, highest: Math.min(end, HIGHEST) };
}

function configuredPort(text: string): number {
  const port = leadingNumber(text);
  if (port >= LOWEST_CONFIGURED && port <= HIGHEST) return port;
  throw new StartFault(
    "start-no-port",
    `Cannot use "${text}" of web.config as ASPNETCORE_PORT: ` +
      `a port from ${LOWEST_CONFIGURED} to ${HIGHEST} would be right`,
  );
}

/** Reads as C's `atoi`: blanks, a sign, the digits that follow; 0 where there are none. */
function leadingNumber(text: string): number {
  const digits = /^[ \t\n\v\f\r]*([+-]?\d+)/.exec(text)?.[1];
  return digits === undefined ? 0 : Number(digits);
}

/**
 * Binds the port for a moment, on all addresses so that a listener on any of them is seen. It is not for accepting:
 * the system has no other question that also finds ports which are bound but not listened on.
 */
function canBind(port: number): boolean {
  try {
    Deno.listen({ hostname: "0.0.0.0", port }).close();
    return true;
  } catch {
    return false;
  }
}
