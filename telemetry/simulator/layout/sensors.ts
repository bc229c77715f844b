import type { AnalogueSensor, LevelSensor, MaterialSensor } from './plant-spec.ts';

/** Warms up by `rise` while the machine works; a bearing about to fail adds `drift`. */
export function temperature(
  signal: string,
  ambient: number,
  rise: number,
  drift = rise * 0.35,
): AnalogueSensor {
  return analogue(signal, 'Cel', 1, {
    base: ambient,
    perSpeed: rise * 0.1,
    perWarm: rise * 0.9,
    perDrift: drift,
    wander: rise * 0.04,
    rough: 0.12,
  });
}

export function vibration(running: number, drift = running * 1.6): AnalogueSensor {
  return analogue('vibration', 'mm/s', 2, {
    base: 0.12,
    perSpeed: running,
    perDrift: drift,
    wander: running * 0.1,
    rough: running * 0.14,
  });
}

export function power(standing: number, working: number): AnalogueSensor {
  return analogue('power', 'kW', 2, {
    base: standing,
    perSpeed: working,
    perWarm: -working * 0.04,
    perDrift: working * 0.12,
    wander: working * 0.03,
    rough: working * 0.025,
  });
}

/** Pressure stays up while the machine stands: the supply is central. */
export function pressure(signal: string, standing: number, working: number): AnalogueSensor {
  return analogue(signal, 'bar', 2, {
    base: standing,
    perSpeed: working,
    perDrift: -working * 0.25,
    wander: Math.abs(working) * 0.12,
    rough: 0.03,
  });
}

export function torque(working: number): AnalogueSensor {
  return analogue('torque', 'N.m', 2, {
    base: 0,
    perSpeed: working,
    perDrift: working * 0.3,
    wander: working * 0.04,
    rough: working * 0.05,
  });
}

export function spindleSpeed(working: number): AnalogueSensor {
  return analogue('spindle-speed', '1/min', 0, {
    base: 0,
    perSpeed: working,
    wander: working * 0.01,
    rough: working * 0.006,
  });
}

export function flow(signal: string, working: number): AnalogueSensor {
  return analogue(signal, 'L/min', 1, {
    base: 0,
    perSpeed: working,
    perDrift: -working * 0.2,
    wander: working * 0.03,
    rough: working * 0.02,
  });
}

/** How far pieces lie off the middle of their tolerance. */
export function deviation(working: number): AnalogueSensor {
  return analogue('deviation', 'um', 1, {
    base: 0,
    perSpeed: working,
    perWarm: working * 0.5,
    perDrift: working * 3,
    wander: working * 0.5,
    rough: working * 0.4,
  });
}

export function material(signal: string, kgPerPiece: number): MaterialSensor {
  return { kind: 'material', signal, unit: 'kg', decimals: 2, perPiece: kgPerPiece };
}

/** `pieces` from full to refilled. */
export function level(signal: string, pieces: number): LevelSensor {
  return { kind: 'level', signal, unit: '%', decimals: 1, low: 18, high: 96, perPiece: 78 / pieces };
}

type Effects = Partial<
  Pick<AnalogueSensor, 'base' | 'perSpeed' | 'perWarm' | 'perDrift' | 'wander' | 'rough'>
>;

function analogue(signal: string, unit: string, decimals: number, effects: Effects): AnalogueSensor {
  return {
    kind: 'analogue',
    signal,
    unit,
    decimals,
    base: 0,
    perSpeed: 0,
    perWarm: 0,
    perDrift: 0,
    wander: 0,
    rough: 0,
    ...effects,
  };
}
