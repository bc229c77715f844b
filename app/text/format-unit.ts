/** UCUM codes that people write otherwise. Whatever is not here is shown as it came. */
const WRITTEN: Record<string, string> = {
  Cel: '°C',
  '[degF]': '°F',
  deg: '°',
  Ohm: 'Ω',
  'kW.h': 'kWh',
  'W.h': 'Wh',
  'kVA.h': 'kVAh',
  'kvar.h': 'kvarh',
  '1': '',
  '[psi]': 'psi',
  '[ppm]': 'ppm',
};

/** @returns the UCUM code as people write it: `Cel` → `°C`, `{bottles}/min` → `bottles/min`, `m3/h` → `m³/h`. */
export function formatUnit(code: string | null): string {
  if (code === null) return '';
  return code
    .split('/')
    .map((part) => WRITTEN[part] ?? part.replace(/^1?\{(.*)\}$/, '$1').replace(/\{.*\}/g, ''))
    .join('/')
    .replace(/\bu(?=[mgsAVWLlF]\b)/g, 'µ')
    .replace(/(?<=[a-z])2(?!\d)/g, '²')
    .replace(/(?<=[a-z])3(?!\d)/g, '³')
    .replaceAll('.', '·');
}
