/** How metrics are written: Prometheus' text format 0.0.4, or OpenMetrics 1.0.0. */
export type MetricsFormat = "prometheus" | "openmetrics";

/** One number with what tells it from its siblings. */
export interface Sample {
  /** Behind the family's name, such as `_bucket`. */
  readonly suffix?: string;
  /** Names in snake_case; few values each. */
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Numbers of one kind. */
export interface Family {
  /** In snake_case with its unit at the end; of a counter without `_total`. */
  readonly name: string;
  readonly type: "counter" | "gauge" | "histogram";
  /** One sentence without a full stop. */
  readonly help: string;
  readonly samples: readonly Sample[];
}

/** Writes families of metrics as text. Those without samples are left out. */
export function exposition(families: readonly Family[], format: MetricsFormat): string {
  const isOpen = format === "openmetrics";
  const lines: string[] = [];
  for (const { name, type, help, samples } of families) {
    if (samples.length === 0) continue;
    const total = type === "counter" ? `${name}_total` : name;
    const described = isOpen ? name : total;
    lines.push(`# HELP ${described} ${escaped(help)}`, `# TYPE ${described} ${type}`);
    for (const { suffix = "", labels, value } of samples) {
      lines.push(`${total}${suffix}${labels ? labelText(labels) : ""} ${numberText(value)}`);
    }
  }
  if (isOpen) lines.push("# EOF");
  return lines.join("\n") + "\n";
}

function labelText(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([name, value]) =>
    `${name}="${escaped(value).replaceAll('"', '\\"')}"`
  );
  return `{${pairs.join(",")}}`;
}

function escaped(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
}

function numberText(value: number): string {
  if (Number.isFinite(value)) return String(value);
  return Number.isNaN(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf";
}
