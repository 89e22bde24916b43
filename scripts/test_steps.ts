import { LOCKED } from "./child.ts";

/** One thing a contributor must pass. */
export interface Step {
  readonly title: string;
  /** Arguments to the Deno that runs this. */
  readonly args: readonly string[];
  /** Whether it is a run of `deno test`, whose tests are counted. */
  readonly isTestRun: boolean;
  readonly limitMs: number;
}

const MINUTE_MS = 60_000;
const TEST_FLAGS = ["test", "-A", "--unstable-net", "--parallel", ...LOCKED];

/**
 * Gives the steps in their order.
 *
 * @param extent `fast` ends before anything is built
 * @param hasConformance whether there are conformance tests
 * @param coverage where coverage is collected, if anywhere
 */
export function steps(
  extent: "fast" | "all",
  hasConformance: boolean,
  coverage?: string,
): Step[] {
  const flags = coverage === undefined ? [] : [`--coverage=${coverage}`];
  const fast = [
    check("Format", ["fmt", "--check"]),
    check("Lint", ["lint"]),
    check("Types", ["check", ...LOCKED, "."]),
    check("Docs of mod.ts", ["doc", ...LOCKED, "--lint", "mod.ts"]),
    tests("Unit tests", "tests/unit", 5, flags),
    tests("Integration tests", "tests/integration", 10, flags),
  ];
  if (extent === "fast") return fast;
  return [
    ...fast,
    ...(hasConformance ? [tests("Conformance tests", "tests/conformance", 15)] : []),
    check("Build", ["run", "-A", "--no-prompt", "scripts/build.ts", "--for-tests"]),
    tests("End-to-end tests", "tests/e2e", 20),
  ];
}

function check(title: string, args: string[]): Step {
  return { title, args, isTestRun: false, limitMs: 10 * MINUTE_MS };
}

function tests(title: string, folder: string, minutes: number, flags: string[] = []): Step {
  const args = [...TEST_FLAGS, ...flags, folder];
  return { title, args, isTestRun: true, limitMs: minutes * MINUTE_MS };
}
