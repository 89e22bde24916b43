/** What of a V8 CPU profile is read. */
export interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: {
      readonly functionName: string;
      readonly url: string;
      /** From 0; -1 where there is none. */
      readonly lineNumber: number;
    };
  }[];
  readonly samples: readonly number[];
  /** Microseconds before each sample. */
  readonly timeDeltas: readonly number[];
}

/** A function with the time spent in itself, not in what it calls. */
export interface SelfTime {
  readonly name: string;
  /** File and line; empty for what is not JavaScript. */
  readonly place: string;
  readonly micros: number;
}

/** Adds up the time of each function itself, the longest first. Equal functions called from elsewhere are one. */
export function selfTimes({ nodes, samples, timeDeltas }: CpuProfile): SelfTime[] {
  const byNode = new Map<number, number>();
  samples.forEach((id, i) => byNode.set(id, (byNode.get(id) ?? 0) + (timeDeltas[i] ?? 0)));
  const byFunction = new Map<string, SelfTime>();
  for (const { id, callFrame: { functionName, url, lineNumber } } of nodes) {
    const name = functionName || "(anonymous)";
    const place = url === "" ? "" : `${url}:${lineNumber + 1}`;
    const key = `${name} ${place}`;
    const micros = (byFunction.get(key)?.micros ?? 0) + (byNode.get(id) ?? 0);
    byFunction.set(key, { name, place, micros });
  }
  return [...byFunction.values()].sort((a, b) => b.micros - a.micros);
}

/** Adds up the time of each file, the longest first. */
export function selfTimesByFile(times: readonly SelfTime[]): SelfTime[] {
  const byFile = new Map<string, number>();
  for (const { name, place, micros } of times) {
    const file = place === "" ? name : place.replace(/:\d+$/, "");
    byFile.set(file, (byFile.get(file) ?? 0) + micros);
  }
  return [...byFile].map(([name, micros]) => ({ name, place: "", micros }))
    .sort((a, b) => b.micros - a.micros);
}
