/** One measure. `control` is what the same machine does in the same run without us; `ratio` is value to control. */
export interface Result {
  name: string;
  value: number | null;
  unit: string;
  control: number | null;
  ratio: number | null;
  perCpuSecond: number | null;
  runs: number[];
  /** (largest − smallest) / median of the runs. */
  spread: number | null;
  /** What the numbers were taken with, or why there are none. */
  notes: Record<string, unknown>;
}

export type Say = (line: string) => void;
export type Bench = (say: Say) => AsyncGenerator<Result>;

export interface Run {
  value: number;
  control: number | null;
  perCpuSecond: number | null;
}

/** The medians of several runs; the ratio is the median of the runs' own ratios, as control and value share a run. */
export function summarise(
  name: string,
  unit: string,
  runs: readonly Run[],
  notes: Record<string, unknown> = {},
): Result {
  const values = runs.map(({ value }) => value);
  const value = median(values);
  const ratios = runs.flatMap((run) => (run.control === null ? [] : [run.value / run.control]));
  return {
    name,
    value: rounded(value),
    unit,
    control: rounded(median(runs.flatMap(({ control }) => control ?? []))),
    ratio: rounded(median(ratios)),
    perCpuSecond: rounded(median(runs.flatMap(({ perCpuSecond }) => perCpuSecond ?? []))),
    runs: values.map((each) => rounded(each) ?? each),
    spread: value === null ? null : rounded((Math.max(...values) - Math.min(...values)) / value),
    notes,
  };
}

/** A measure that could not be taken here. */
export function notMeasured(name: string, unit: string, why: string): Result {
  return {
    ...{ name, value: null, unit, control: null, ratio: null, perCpuSecond: null, runs: [], spread: null },
    notes: { notMeasured: why },
  };
}

export function median(values: readonly number[]): number | null {
  return quantile(values, 0.5);
}

/** @returns the value below which a share `q` of all lie, between neighbours interpolated */
export function quantile(values: readonly number[], q: number): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const at = (sorted.length - 1) * q;
  const low = sorted[Math.floor(at)] ?? 0;
  const high = sorted[Math.ceil(at)] ?? low;
  return low + (high - low) * (at - Math.floor(at));
}

function rounded(value: number | null): number | null {
  return value === null ? null : Number(value.toPrecision(4));
}
