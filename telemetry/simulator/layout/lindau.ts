import type { LineSpec, MachineSpec, Shift } from './plant-spec.ts';
import { level, material, power, pressure, temperature, torque, vibration } from './sensors.ts';

const ALL: readonly Shift[] = ['early', 'late', 'night'];
const DAY: readonly Shift[] = ['early', 'late'];

const filler: MachineSpec = {
  machine: 'filler',
  breakdownReasons: ['filling valve leaking', 'bearing hot', 'product pump fault'],
  microStopReasons: ['bottle down at infeed', 'level out of limits', 'guard door opened'],
  rejectShare: 0.004,
  sensors: [
    temperature('temperature', 11, 7, 9),
    pressure('bowl-pressure', 0.9, 1.7),
    vibration(2.1),
    power(3.2, 24),
    level('tank-level', 5200),
  ],
};

const capper: MachineSpec = {
  machine: 'capper',
  breakdownReasons: ['capping head worn', 'drive fault', 'cap chute jammed'],
  microStopReasons: ['cap missing', 'cap jam cleared', 'torque out of limits'],
  rejectShare: 0.003,
  sensors: [torque(1.8), vibration(1.7), power(1.1, 7.5), level('cap-hopper-level', 9000)],
};

const labeller: MachineSpec = {
  machine: 'labeller',
  breakdownReasons: ['label jam', 'glue pump fault', 'servo overload'],
  microStopReasons: ['label reel spliced', 'label skewed', 'bottle gap'],
  rejectShare: 0.006,
  sensors: [
    temperature('glue-temperature', 68, 82, 14),
    vibration(1.2),
    power(1.8, 9),
    material('labels-used', 0.0011),
  ],
};

const packer: MachineSpec = {
  machine: 'packer',
  breakdownReasons: ['gripper fault', 'conveyor chain broken', 'motor overload'],
  microStopReasons: ['carton flap open', 'bottle down at packer', 'carton jam cleared'],
  rejectShare: 0.004,
  sensors: [
    vibration(2.6),
    power(2.4, 15),
    pressure('air-pressure', 6.2, -0.7),
    material('cartons-used', 0.021),
  ],
};

const blowMoulder: MachineSpec = {
  machine: 'blow-moulder',
  breakdownReasons: ['heater lamp out', 'blow valve fault', 'mould cooling fault'],
  microStopReasons: ['preform jam cleared', 'preform misfed', 'wall thickness out of limits'],
  rejectShare: 0.009,
  sensors: [
    temperature('oven-temperature', 42, 66, 16),
    pressure('blow-pressure', 6, 25),
    power(14, 96),
    material('preforms-used', 0.0235),
  ],
};

export const line1: LineSpec = {
  area: 'filling',
  line: 'line-1',
  piece: '{bottle}',
  shifts: [ALL, ALL, ALL, ALL, ALL, ALL, ALL],
  breakAfterMinutes: 220,
  cleaning: { hour: 4.75, minutes: 35 },
  maintenance: { weekday: 2, hour: 7.25, minutes: 75 },
  changeoversADay: [2, 3],
  products: [
    { product: 'Lake water still 0.5 l', piecesAnHour: 18_000 },
    { product: 'Lake water sparkling 0.5 l', piecesAnHour: 17_200 },
    { product: 'Apple spritzer 0.5 l', piecesAnHour: 15_600 },
    { product: 'Lemon soda 0.33 l', piecesAnHour: 19_200 },
  ],
  bufferS: 45,
  trouble: 0.9,
  supplyReasons: ['waiting for bottles', 'waiting for product'],
  machines: [filler, capper, labeller, packer],
};

export const line2: LineSpec = {
  area: 'filling',
  line: 'line-2',
  piece: '{bottle}',
  shifts: [ALL, ALL, ALL, ALL, ALL, ALL, ALL],
  breakAfterMinutes: 260,
  cleaning: { hour: 12.5, minutes: 40 },
  maintenance: { weekday: 4, hour: 15, minutes: 90 },
  changeoversADay: [2, 3],
  products: [
    { product: 'Lake water still 1.5 l', piecesAnHour: 12_000 },
    { product: 'Iced tea peach 1.0 l', piecesAnHour: 13_200 },
    { product: 'Orange juice 1.0 l', piecesAnHour: 10_800 },
    { product: 'Lake water sparkling 1.5 l', piecesAnHour: 11_400 },
  ],
  bufferS: 50,
  trouble: 1.5,
  supplyReasons: ['waiting for preforms', 'waiting for compressed air'],
  machines: [blowMoulder, filler, capper, labeller, packer],
};

export const line3: LineSpec = {
  area: 'packaging',
  line: 'line-3',
  piece: '{pack}',
  shifts: [DAY, DAY, DAY, DAY, DAY, ['early'], []],
  breakAfterMinutes: 200,
  cleaning: { hour: 21.25, minutes: 30 },
  maintenance: { weekday: 3, hour: 6.25, minutes: 60 },
  changeoversADay: [1, 2],
  products: [
    { product: 'Six-pack 0.5 l', piecesAnHour: 3_000 },
    { product: 'Twelve-pack 0.33 l', piecesAnHour: 2_160 },
    { product: 'Six-pack 1.5 l', piecesAnHour: 2_400 },
    { product: 'Mixed tray 0.5 l', piecesAnHour: 1_800 },
  ],
  bufferS: 60,
  trouble: 1.1,
  supplyReasons: ['waiting for pallets', 'waiting for film'],
  machines: [
    {
      machine: 'depalletiser',
      breakdownReasons: ['sweep drive fault', 'hoist fault'],
      microStopReasons: ['layer pad stuck', 'bottle fallen'],
      rejectShare: 0.001,
      sensors: [temperature('temperature', 23, 19), vibration(1.9), power(1.6, 8)],
    },
    {
      machine: 'shrink-wrapper',
      breakdownReasons: ['oven heater fault', 'film cutter fault', 'film torn'],
      microStopReasons: ['film spliced', 'pack skewed'],
      rejectShare: 0.008,
      sensors: [temperature('oven-temperature', 96, 84, 22), power(9, 34), material('film-used', 0.018)],
    },
    {
      machine: 'case-packer',
      breakdownReasons: ['gripper fault', 'glue nozzle blocked'],
      microStopReasons: ['case flap open', 'case magazine refilled'],
      rejectShare: 0.004,
      sensors: [
        temperature('glue-temperature', 72, 88, 14),
        power(2.0, 11),
        level('case-magazine-level', 1400),
      ],
    },
    {
      machine: 'palletiser',
      breakdownReasons: ['robot overload', 'pallet jam', 'light curtain fault'],
      microStopReasons: ['pallet change', 'pack fallen'],
      rejectShare: 0.002,
      sensors: [
        temperature('temperature', 24, 28),
        vibration(2.8),
        power(2.8, 16),
        pressure('vacuum', 0.1, -0.62),
      ],
    },
  ],
};
