/** What the simulated plant is made of: plain data, from which `plant/` computes everything else. */
export interface SiteSpec {
  site: string;
  timeZone: string;
  lines: readonly LineSpec[];
}

export type Shift = 'early' | 'late' | 'night';

export interface LineSpec {
  area: string;
  line: string;
  /** What is counted, as a UCUM annotation. */
  piece: string;
  /** Shifts that work, by the weekday on which they begin, Monday first. */
  shifts: readonly [
    readonly Shift[],
    readonly Shift[],
    readonly Shift[],
    readonly Shift[],
    readonly Shift[],
    readonly Shift[],
    readonly Shift[],
  ];
  /** Between a shift's start and its break of half an hour. */
  breakAfterMinutes: number;
  cleaning: { hour: number; minutes: number } | null;
  maintenance: { weekday: number; hour: number; minutes: number };
  changeoversADay: readonly [number, number];
  /** Rotated through; four, so that no product follows itself (a test holds that). */
  products: readonly ProductSpec[];
  /** Pieces' way between two machines: so long a neighbour goes on when one stops. */
  bufferS: number;
  /** How much goes wrong; 1 is usual. */
  trouble: number;
  /** Why the first machine waits. */
  supplyReasons: readonly string[];
  /** In the order of the flow; the last one paces the line. */
  machines: readonly MachineSpec[];
}

export interface ProductSpec {
  product: string;
  piecesAnHour: number;
}

export interface MachineSpec {
  machine: string;
  breakdownReasons: readonly string[];
  microStopReasons: readonly string[];
  /** Usual share of what it makes that is rejected. */
  rejectShare: number;
  sensors: readonly SensorSpec[];
}

export type SensorSpec = AnalogueSensor | MaterialSensor | LevelSensor;

/**
 * base + perSpeed·speed + perWarm·warmth + perDrift·drift, and a slow wander and a fast roughness which both fade when the
 * machine stands. Speed is the share of the ideal (0 to 1), warmth follows it within minutes, drift goes from 0 to 1
 * before some breakdowns.
 */
export interface AnalogueSensor {
  kind: 'analogue';
  signal: string;
  unit: string;
  decimals: number;
  base: number;
  perSpeed: number;
  perWarm: number;
  perDrift: number;
  wander: number;
  rough: number;
}

/** Used since the counters were reset. */
export interface MaterialSensor {
  kind: 'material';
  signal: string;
  unit: string;
  decimals: number;
  perPiece: number;
}

/** What is left in a magazine or tank that is refilled when it comes down to `low`. */
export interface LevelSensor {
  kind: 'level';
  signal: string;
  unit: string;
  decimals: number;
  low: number;
  high: number;
  perPiece: number;
}
