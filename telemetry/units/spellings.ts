/**
 * How devices and people write units, and the UCUM code that each means. What means two things (`mw`, `gal`, `to`) is not
 * here. A code that is UCUM already stands for itself: `C` is coulomb and `F` farad, so Celsius is never written `C`.
 */
const SPELLINGS: Record<string, string> = {
  '°C': 'Cel',
  '℃': 'Cel',
  degC: 'Cel',
  'deg C': 'Cel',
  celsius: 'Cel',
  '°F': '[degF]',
  '℉': '[degF]',
  degF: '[degF]',
  'deg F': '[degF]',
  fahrenheit: '[degF]',
  '°K': 'K',
  kelvin: 'K',
  '°': 'deg',
  percent: '%',
  pct: '%',
  '%RH': '%',
  '% RH': '%',
  '‰': '[ppth]',
  ppm: '[ppm]',
  ppb: '[ppb]',
  pH: '[pH]',
  bars: 'bar',
  psi: '[psi]',
  atm: 'atm',
  inHg: "[in_i'Hg]",
  mmHg: 'mm[Hg]',
  mmH2O: 'mm[H2O]',
  inH2O: "[in_i'H2O]",
  torr: 'mm[Hg]',
  rpm: '1/min',
  'U/min': '1/min',
  'r/min': '1/min',
  'rev/min': '1/min',
  '/min': '1/min',
  'min-1': '1/min',
  '/h': '1/h',
  '/s': '1/s',
  hz: 'Hz',
  lpm: 'l/min',
  slpm: 'l/min{standard}',
  gpm: '[gal_us]/min',
  cfm: '[cft_i]/min',
  lbs: '[lb_av]',
  lb: '[lb_av]',
  oz: '[oz_av]',
  inch: '[in_i]',
  in: '[in_i]',
  ft: '[ft_i]',
  yd: '[yd_i]',
  mph: '[mi_i]/h',
  kmh: 'km/h',
  kph: 'km/h',
  mps: 'm/s',
  hp: '[HP]',
  Wh: 'W.h',
  kWh: 'kW.h',
  MWh: 'MW.h',
  GWh: 'GW.h',
  VA: 'V.A',
  kVA: 'kV.A',
  MVA: 'MV.A',
  Ah: 'A.h',
  mAh: 'mA.h',
  Nm: 'N.m',
  kNm: 'kN.m',
  ohm: 'Ohm',
  kohm: 'kOhm',
  Ω: 'Ohm',
  kΩ: 'kOhm',
  mΩ: 'mOhm',
  MΩ: 'MOhm',
  sec: 's',
  secs: 's',
  second: 's',
  seconds: 's',
  mins: 'min',
  minute: 'min',
  minutes: 'min',
  hr: 'h',
  hrs: 'h',
  hour: 'h',
  hours: 'h',
  day: 'd',
  days: 'd',
  msec: 'ms',
  litre: 'l',
  liter: 'l',
  litres: 'l',
  liters: 'l',
  tonne: 't',
  tonnes: 't',
  volt: 'V',
  volts: 'V',
  amp: 'A',
  amps: 'A',
  ampere: 'A',
  watt: 'W',
  watts: 'W',
  kilowatt: 'kW',
  micron: 'um',
  cbm: 'm3',
};

/** Codes that are UCUM as they stand, so that the library need not be asked about them. */
const CODES = (
  '% 1 Cel [degF] K deg rad bar mbar Pa hPa kPa MPa [psi] mm[Hg] m cm mm um nm km m2 m3 cm3 l L ml mL dl hl g kg mg t ' +
  's ms us ns min h d wk mo a Hz kHz MHz GHz V mV kV A mA uA W mW kW MW GW W.h kW.h MW.h J kJ MJ GJ N kN N.m V.A kV.A A.h ' +
  'Ohm kOhm lx lm cd dB [pH] [ppm] [ppb] [ppth] 1/min 1/h 1/s m/s mm/s cm/s m/min m/h km/h m/s2 mm/s2 l/h l/min l/s L/h L/min L/s ' +
  'm3/h m3/min m3/s kg/h kg/min kg/s t/h g/min kg/m3 g/l mg/l g/cm3 S uS/cm mS/cm C F T mol mol/l Bq Sv'
).split(' ');

/** In lower case, for spellings whose case varies (`RPM`, `KPA`); those that would then mean two things are left out. */
const ANY_CASE = new Map<string, string | null>();
const EXACT = new Map<string, string>();

for (const code of CODES) EXACT.set(code, code);
for (const [spelling, code] of Object.entries(SPELLINGS)) EXACT.set(spelling, code);
for (const [spelling, code] of EXACT) {
  const lower = spelling.toLowerCase();
  const present = ANY_CASE.get(lower);
  ANY_CASE.set(lower, present === undefined || present === code ? code : null);
}

/** @returns the UCUM code that a spelling is known to mean; null for one that only the library can judge. */
export function ucumOfSpelling(spelling: string): string | null {
  const text = plain(spelling);
  return EXACT.get(spelling) ?? EXACT.get(text) ?? ANY_CASE.get(text.toLowerCase()) ?? null;
}

const PLAIN: Record<string, string> = {
  '²': '2',
  '³': '3',
  '⁻': '-',
  '¹': '1',
  µ: 'u',
  μ: 'u',
  '·': '.',
  '⋅': '.',
  '×': '.',
  '*': '.',
};

/** Signs that are not ASCII as UCUM writes them: `m³/h` is `m3/h`, `µm` is `um`, `kW·h` is `kW.h`. */
export function plain(spelling: string): string {
  return spelling
    .trim()
    .replace(/[²³⁻¹µμ·⋅×*]/g, (sign) => PLAIN[sign] ?? sign)
    .replace(/\s*\/\s*/g, '/')
    .replaceAll('^', '');
}
