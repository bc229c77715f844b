import type { LineSpec, MachineSpec, Shift } from './plant-spec.ts';
import {
  deviation,
  flow,
  level,
  material,
  power,
  pressure,
  spindleSpeed,
  temperature,
  torque,
  vibration,
} from './sensors.ts';

const ALL: readonly Shift[] = ['early', 'late', 'night'];
const EARLY: readonly Shift[] = ['early'];

const millingCentre = (machine: string, spindlePerMin: number): MachineSpec => ({
  machine,
  breakdownReasons: ['tool breakage', 'spindle bearing hot', 'tool changer fault', 'coolant pump fault'],
  microStopReasons: ['chips cleared', 'part reseated', 'door interlock'],
  rejectShare: 0.008,
  sensors: [
    spindleSpeed(spindlePerMin),
    temperature('spindle-temperature', 24, 31, 19),
    vibration(1.5, 3.4),
    power(2.6, 18),
    torque(34),
  ],
});

export const cell1: LineSpec = {
  area: 'machining',
  line: 'cell-1',
  piece: '{part}',
  shifts: [ALL, ALL, ALL, ALL, ALL, ALL, ALL],
  breakAfterMinutes: 300,
  cleaning: null,
  maintenance: { weekday: 1, hour: 9, minutes: 80 },
  changeoversADay: [2, 3],
  products: [
    { product: 'Valve body V2', piecesAnHour: 120 },
    { product: 'Flange DN50', piecesAnHour: 150 },
    { product: 'Pump cover P7', piecesAnHour: 96 },
    { product: 'Bearing block B12', piecesAnHour: 108 },
  ],
  bufferS: 75,
  trouble: 1.2,
  supplyReasons: ['waiting for bar stock', 'waiting for operator'],
  machines: [
    {
      machine: 'saw',
      breakdownReasons: ['saw blade broken', 'clamp fault'],
      microStopReasons: ['bar end removed', 'chips cleared'],
      rejectShare: 0.003,
      sensors: [vibration(2.2), power(1.2, 7), material('bar-stock-used', 1.85)],
    },
    millingCentre('cnc-1', 6200),
    millingCentre('cnc-2', 8400),
    {
      machine: 'washer',
      breakdownReasons: ['heater fault', 'pump seal leaking', 'conveyor fault'],
      microStopReasons: ['basket skewed', 'spray nozzle blocked'],
      rejectShare: 0.006,
      sensors: [
        temperature('bath-temperature', 41, 22, 9),
        flow('spray-flow', 85),
        power(6, 28),
        level('detergent-level', 900),
      ],
    },
  ],
};

export const cell2: LineSpec = {
  area: 'machining',
  line: 'cell-2',
  piece: '{part}',
  shifts: [EARLY, EARLY, EARLY, EARLY, EARLY, [], []],
  breakAfterMinutes: 240,
  cleaning: { hour: 13.5, minutes: 25 },
  maintenance: { weekday: 5, hour: 6.5, minutes: 60 },
  changeoversADay: [1, 1],
  products: [
    { product: 'Gear shaft G3', piecesAnHour: 80 },
    { product: 'Guide pin 12 mm', piecesAnHour: 132 },
    { product: 'Spindle nut S5', piecesAnHour: 72 },
    { product: 'Coupling hub K9', piecesAnHour: 90 },
  ],
  bufferS: 80,
  trouble: 1,
  supplyReasons: ['waiting for castings', 'waiting for operator'],
  machines: [
    millingCentre('cnc-3', 5400),
    millingCentre('cnc-4', 7100),
    {
      machine: 'grinder',
      breakdownReasons: ['grinding wheel worn', 'spindle bearing hot', 'dresser fault'],
      microStopReasons: ['wheel dressed', 'part reseated'],
      rejectShare: 0.009,
      sensors: [
        spindleSpeed(2850),
        temperature('spindle-temperature', 24, 36, 21),
        vibration(0.9, 2.6),
        power(1.9, 13),
      ],
    },
    {
      machine: 'gauge',
      breakdownReasons: ['probe fault', 'air bearing fault'],
      microStopReasons: ['part measured again', 'probe cleaned'],
      rejectShare: 0.012,
      sensors: [deviation(4.5), temperature('temperature', 20, 2.4, 3), pressure('air-pressure', 6.3, -0.3)],
    },
  ],
};
