export interface SplitTime {
  /** The cell without fraction of a second and without zone. */
  base: string;
  /** Microseconds of the fraction; further digits are cut off. */
  fractionMicros: number;
  /** Minutes east of UTC where the cell says so, else null. */
  offsetMinutes: number | null;
}

const OFFSET = /(\d:\d{2}(?:[.,]\d+)?|T\d{4}|\d{6})\s?(Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)$/i;
const FRACTION = /(:\d{1,2})[.,](\d+)(?=\s?(?:[AaPp]\.?[Mm]\.?)?$)/;

/** Takes apart what every notation shares, so that formats need to tell only day, month, year and clock. */
export function splitTime(cell: string): SplitTime {
  let base = cell.trim();
  let offsetMinutes: number | null = null;
  let fractionMicros = 0;
  const offset = OFFSET.exec(base);
  if (offset?.[2] !== undefined) {
    offsetMinutes = minutesOf(offset[2]);
    base = base.slice(0, base.length - offset[2].length).trimEnd();
  }
  const fraction = FRACTION.exec(base);
  if (fraction?.[1] !== undefined && fraction[2] !== undefined) {
    fractionMicros = Number(fraction[2].slice(0, 6).padEnd(6, '0'));
    base = base.replace(FRACTION, '$1');
  }
  return { base, fractionMicros, offsetMinutes };
}

function minutesOf(offset: string): number {
  if (/^(z|utc|gmt)$/i.test(offset)) return 0;
  const digits = offset.slice(1).replace(':', '');
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2) || 0);
  return offset.startsWith('-') ? -minutes : minutes;
}
