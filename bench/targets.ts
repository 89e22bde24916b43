import { type Answer, DIRECT, figureOf, HOST } from "./answer.ts";

/** Fewer cores than this and the load takes from the servers what it should measure. */
export const LEAST_CORES = 4;

/** A figure that the host shall reach. */
interface Target {
  readonly work: string;
  readonly wanted: string;
  /** Gives what was measured and whether that is enough; absent where something for it is missing. */
  judge(figure: Figure): { readonly measured: string; readonly isEnough: boolean } | undefined;
}

type Figure = (measure: string, contender: string) => number | undefined;

/** How a run compares with a target. */
export interface Verdict {
  readonly work: string;
  readonly wanted: string;
  readonly measured: string;
  readonly verdict: "reached" | "not reached" | "not judged" | "not measured";
}

const KB_OF_IDLE = 14;
const MB_AT_REST = 80;
const MICROS_OVER_NGINX = 60;

const TARGETS: readonly Target[] = [
  ratio("small GET, 64 connections", "get-64", "Caddy", 1.5),
  ratio("small GET, 64 connections", "get-64", "YARP", 0.8),
  ratio("small GET, 64 connections", "get-64", "nginx", 0.6),
  addedLatency(),
  ratio("1 MiB down", "down", "nginx", 0.9),
  ratio("1 MiB up", "up", "nginx", 0.9),
  ratio("small GET over TLS, HTTP/1.1", "tls-h1", "nginx", 0.4),
  ratio("static file of 4 KiB", "static-4k", "nginx", 0.7),
  ratio("static file of 1 MiB", "static-1m", "nginx", 0.7),
  share("20 rewrite rules and 5 headers", "modules-64", "headers and rules", "bare", 0.85),
  share(
    "a rewrite map of 10,000 entries",
    "modules-64",
    "headers, rules, map",
    "headers and rules",
    0.95,
  ),
  share("access log and metrics", "observe-64", "metrics and W3C log", "nothing", 0.92),
  atMost("5,000 idle connections, memory of each", "idle", KB_OF_IDLE, "KB"),
  atMost("resident memory at rest", "rest", MB_AT_REST, "MB"),
];

/** Compares a run with every target; on fewer cores than {@linkcode LEAST_CORES} nothing is judged. */
export function verdicts(answers: readonly Answer[], cores: number): Verdict[] {
  const figure: Figure = (measure, contender) => figureOf(answers, measure, contender);
  return TARGETS.map(({ work, wanted, judge }) => {
    const judged = judge(figure);
    if (!judged) return { work, wanted, measured: "–", verdict: "not measured" };
    const { measured, isEnough } = judged;
    if (cores < LEAST_CORES) return { work, wanted, measured, verdict: "not judged" };
    return { work, wanted, measured, verdict: isEnough ? "reached" : "not reached" };
  });
}

/** Gives the verdicts as rows of cells, the first row being the titles. */
export function verdictRows(all: readonly Verdict[]): string[][] {
  return [
    ["work", "wanted", "measured", "verdict"],
    ...all.map(({ work, wanted, measured, verdict }) => [work, wanted, measured, verdict]),
  ];
}

function ratio(work: string, measure: string, peer: string, least: number): Target {
  return share(work, measure, HOST, peer, least);
}

/** What one contender is to reach of another. */
function share(work: string, measure: string, one: string, peer: string, least: number): Target {
  return {
    work,
    wanted: `at least ${least} × ${peer}`,
    judge(figure) {
      const [host, other] = [figure(measure, one), figure(measure, peer)];
      if (host === undefined || other === undefined) return;
      return {
        measured: `${(host / other).toFixed(2)} × ${peer}`,
        isEnough: host / other >= least,
      };
    },
  };
}

function atMost(work: string, measure: string, most: number, unit: string): Target {
  return {
    work,
    wanted: `at most ${most} ${unit}`,
    judge(figure) {
      const host = figure(measure, HOST);
      if (host === undefined) return;
      return { measured: `${host.toFixed(1)} ${unit}`, isEnough: host <= most };
    },
  };
}

function addedLatency(): Target {
  return {
    work: "latency added to direct Kestrel, 1 connection, p50",
    wanted: `at most what nginx adds and ${MICROS_OVER_NGINX} µs`,
    judge(figure) {
      const [direct, host, nginx] = [DIRECT, HOST, "nginx"]
        .map((name) => figure("latency-p50", name));
      if (direct === undefined || host === undefined || nginx === undefined) return;
      const measured = `${(host - direct).toFixed(0)} µs; nginx ${(nginx - direct).toFixed(0)} µs`;
      return { measured, isEnough: host <= nginx + MICROS_OVER_NGINX };
    },
  };
}
