import { type Lane, LANES } from "./conformance_lanes.ts";
import { PATIENCE_MS } from "./conformance_client.ts";
import { Stage, type StageOptions } from "./conformance_stage.ts";

/** What a case does and asserts. */
export type Run = (stage: Stage) => Promise<void>;

/** Why a lane does otherwise, and what it does. */
export interface Otherwise {
  /** Ends the sentence "otherwise, because …". */
  readonly because: string;
  readonly run: Run;
}

/** Why a case cannot be put to a lane at all. */
export interface Omission {
  /** There is no such thing in HTTP/2: the reason. */
  readonly omitted: string;
}

/** One rule that holds on every lane, but for the exceptions it names. */
export interface Case {
  /** The rule as a sentence, and where it comes from in brackets. */
  readonly rule: string;
  readonly options?: StageOptions;
  readonly run: Run;
  /** What the fetch transport does instead: it can be asked everything, so that is asserted. */
  readonly fetch?: Otherwise;
  /** What HTTP/2 clients see instead, or why they cannot ask. */
  readonly http2?: Otherwise | Omission;
}

/** Whether this machine has `::1`. */
const HAS_IPV6 = Deno.networkInterfaces().some(({ address }) => address === "::1");

/** Makes a test of every case on every lane. */
export function conform(cases: readonly Case[]): void {
  for (const one of cases) {
    for (const lane of LANES) {
      const exception = exceptionOf(one, lane);
      if (exception && "omitted" in exception) continue;
      const run = exception?.run ?? one.run;
      const otherwise = exception ? ` otherwise, because ${exception.because}` : "";
      Deno.test({
        name: `[${lane.name}] ${one.rule}${otherwise}`,
        ignore: one.options?.isIpv6 === true && !HAS_IPV6,
        async fn() {
          await using stage = new Stage(lane, one.options);
          await patiently(run(stage));
        },
      });
    }
  }
}

function exceptionOf({ fetch, http2 }: Case, lane: Lane): Otherwise | Omission | undefined {
  return lane.transport === "fetch" ? fetch : lane.protocol === "http2" ? http2 : undefined;
}

/** Gives up on a case that waits for what never comes. */
async function patiently(running: Promise<void>): Promise<void> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => late.reject(new Error("What it waits for never came")),
    PATIENCE_MS,
  );
  try {
    await Promise.race([running, late.promise]);
  } finally {
    clearTimeout(timer);
    running.catch(() => {}); // what fails after it was given up
  }
}
