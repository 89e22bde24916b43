/** Something that a guide has its reader do. */
export type GuideStep =
  | {
    readonly kind: "run";
    /** For a shell. */
    readonly commands: string;
    /** Lines that are printed, in this order, others between them; `…` stands for anything. */
    readonly output: readonly string[];
  }
  | { readonly kind: "write"; readonly path: string; readonly text: string };

/** A fence with its info string, and what is inside. */
const BLOCK = /^```(\S*)[ ]?(.*)\n([\s\S]*?)^```$/gm;

/**
 * Reads what a guide has its reader do: blocks fenced as `sh run` are run, the `text output` behind one is what it
 * prints, and `xml write=PATH` is put into a file. Other blocks are for reading only.
 */
export function guideSteps(markdown: string): GuideStep[] {
  const steps: GuideStep[] = [];
  for (const [, , info = "", text = ""] of markdown.matchAll(BLOCK)) {
    const path = /^write=(\S+)$/.exec(info)?.[1];
    const last = steps.at(-1);
    if (path !== undefined) steps.push({ kind: "write", path, text });
    else if (info === "run") steps.push({ kind: "run", commands: text, output: [] });
    else if (info === "output" && last?.kind === "run") {
      steps[steps.length - 1] = { ...last, output: text.trimEnd().split("\n") };
    }
  }
  return steps;
}

/** Gives the expected lines that were not printed in their order. */
export function missingLines(expected: readonly string[], printed: string): string[] {
  let from = 0;
  const lines = printed.split("\n");
  return expected.filter((line) => {
    const pattern = line.trim().split("…").map(escaped).join(".*");
    const at = lines.findIndex((one, index) =>
      index >= from && new RegExp(`^${pattern}$`).test(one.trim())
    );
    if (at >= 0) from = at + 1;
    return at < 0;
  });
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
