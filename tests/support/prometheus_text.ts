import parse from "parse-prometheus-text-format";

/** One number of a family, or the whole of a histogram. */
export interface ParsedMetric {
  readonly value?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly buckets?: Readonly<Record<string, string>>;
  readonly sum?: string;
  readonly count?: string;
}

/** A family of metrics as a reader of Prometheus' text sees it. */
export interface ParsedFamily {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly metrics: readonly ParsedMetric[];
}

/** The metrics in a text, by name. */
export class ParsedMetrics {
  readonly families: ReadonlyMap<string, ParsedFamily>;

  /** @throws where it is no such text */
  constructor(text: string) {
    // deno-lint-ignore no-explicit-any -- the package has no types
    const families = (parse as any)(text) as ParsedFamily[];
    this.families = new Map(families.map((family) => [family.name, family]));
  }

  /** Gives the metric with exactly these labels. */
  metric(name: string, labels: Record<string, string> = {}): ParsedMetric | undefined {
    const wanted = JSON.stringify(Object.entries(labels).sort());
    return this.families.get(name)?.metrics.find((metric) =>
      JSON.stringify(Object.entries(metric.labels ?? {}).sort()) === wanted
    );
  }

  /** Gives its number; NaN where there is none. */
  value(name: string, labels: Record<string, string> = {}): number {
    return Number(this.metric(name, labels)?.value ?? NaN);
  }
}
