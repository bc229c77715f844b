import type { AnalogueSensor, SensorSpec } from '../layout/plant-spec.ts';
import type { Anomaly } from './disturbances.ts';
import { mix } from './random.ts';
import { roughNoise, smoothNoise } from './smooth-noise.ts';

/** What a sensor looks at. */
export interface SensedMachine {
  speed: number;
  warmth: number;
  drift: number;
  /** Since the counters were reset. */
  pieces: number;
}

const WANDER_S = 420;
/** How much of the noise is left while the machine stands. */
const RESTING = 0.08;

/** What the sensor shows; `senseAt` gives the machine at another instant, for a value that is stuck. */
export function sensorValue(
  sensor: SensorSpec,
  seed: number,
  atS: number,
  senseAt: (atS: number) => SensedMachine,
  anomalies: readonly Anomaly[],
): number {
  if (sensor.kind === 'material') return round(senseAt(atS).pieces * sensor.perPiece, sensor.decimals);
  if (sensor.kind === 'level') {
    const used = (senseAt(atS).pieces * sensor.perPiece) % (sensor.high - sensor.low);
    return round(sensor.high - used, sensor.decimals);
  }
  const anomaly = anomalies.find((a) => a.signal === sensor.signal && atS >= a.fromS && atS < a.toS);
  const shownAtS = anomaly?.kind === 'stuck' ? anomaly.fromS : atS;
  const right = analogue(sensor, seed, shownAtS, senseAt(shownAtS));
  const shown = right + (anomaly === undefined ? 0 : wrong(anomaly, sensor, seed, atS));
  const signed = sensor.base < 0 || sensor.perSpeed < 0;
  return round(signed ? shown : Math.max(0, shown), sensor.decimals);
}

function analogue(
  sensor: AnalogueSensor,
  seed: number,
  atS: number,
  { speed, warmth, drift }: SensedMachine,
): number {
  const resting = sensor.base === 0 ? 0 : RESTING;
  const liveliness = resting + (1 - resting) * Math.min(1, speed);
  const noise =
    sensor.wander *
      (smoothNoise(seed, atS / WANDER_S) + 0.4 * smoothNoise(seed ^ 0x2545f491, atS / (WANDER_S / 6))) +
    sensor.rough * roughNoise(seed ^ 0x68bc21eb, atS);
  return (
    sensor.base +
    sensor.perSpeed * speed +
    sensor.perWarm * warmth +
    sensor.perDrift * drift * (speed + warmth) * 0.5 +
    noise * liveliness
  );
}

function wrong(anomaly: Anomaly, sensor: AnalogueSensor, seed: number, atS: number): number {
  const range = Math.abs(sensor.perSpeed) + Math.abs(sensor.perWarm);
  if (anomaly.kind === 'stuck') return 0;
  if (anomaly.kind === 'noise') return anomaly.size * range * 0.6 * roughNoise(mix(seed, 77), atS);
  return anomaly.size * range;
}

function round(value: number, decimals: number): number {
  const scale = 10 ** decimals;
  // + 0 turns -0 into 0, which JSON would write as 0 and a comparison by bits would not.
  return Math.round(value * scale) / scale + 0;
}
