import type { Sample } from "./_exposition.ts";

/** Counts values by how large they are. */
export class Histogram {
  /** How many values there were. */
  count = 0;
  /** Of all values. */
  sum = 0;
  readonly #bounds: readonly number[];
  /** Of the values that are no larger than a bound, and larger than the one before. */
  readonly #counts: number[];

  /** @param bounds rising; what is larger than the last is only in the count */
  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.#counts = bounds.map(() => 0);
  }

  observe(value: number): void {
    const bounds = this.#bounds;
    this.count++;
    this.sum += value;
    for (let i = 0; i < bounds.length; i++) {
      if (value <= bounds[i]!) {
        this.#counts[i]!++;
        return;
      }
    }
  }

  /** How many values were no larger than each bound. */
  cumulative(): readonly (readonly [bound: number, count: number])[] {
    let sum = 0;
    return this.#bounds.map((bound, i) => [bound, sum += this.#counts[i] ?? 0]);
  }

  samples(): Sample[] {
    const buckets = this.cumulative().map(([bound, value]) => bucket(boundText(bound), value));
    return [
      ...buckets,
      bucket("+Inf", this.count),
      { suffix: "_sum", value: this.sum },
      { suffix: "_count", value: this.count },
    ];
  }
}

function bucket(le: string, value: number): Sample {
  return { suffix: "_bucket", labels: { le }, value };
}

/** OpenMetrics wants a point in every bound. */
function boundText(bound: number): string {
  return Number.isInteger(bound) ? bound.toFixed(1) : String(bound);
}
