const CLOCK = /(?:(T|,? +)(\d{1,2}):(\d{2})(:\d{2})?( ?)([AaPp]\.?[Mm]\.?)?)?$/;
const YEAR_FIRST = /^\d{4}([-/.])\d{1,2}\1\d{1,2}$/;
const YEAR_LAST = /^\d{1,2}([-/.])\d{1,2}\1(\d{4}|\d{2})$/;
const NAMED_MONTH = /^\d{1,2}([-/. ])([A-Za-z]{3,9})\1(\d{4}|\d{2})$/;
const MONTH_FIRST = /^([A-Za-z]{3,9}) \d{1,2}(,?) \d{4}$/;
const COMPACT = /^\d{8}(?:T?\d{4}|T?\d{6})?$/;

/**
 * Every way in which a cell of this shape could be meant, as luxon formats without fraction and zone (`splitTime`
 * takes those off); `iso` stands for ISO 8601. Whether its numbers fit is not asked here: that is for the whole
 * column to say.
 */
export function formatsOfCell(base: string): string[] {
  if (COMPACT.test(base)) return [compactFormat(base)];
  const clock = CLOCK.exec(base);
  const date = clock === null ? base : base.slice(0, clock.index);
  const time = clock?.[2] === undefined ? '' : clockFormat(clock);
  return datesOf(date, /^\d{4}-\d{2}-\d{2}$/.test(date) && !clock?.[6]).map((format) =>
    format === 'iso' ? format : format + time,
  );
}

function datesOf(date: string, iso: boolean): string[] {
  if (iso) return ['iso'];
  const first = YEAR_FIRST.exec(date);
  if (first !== null) return [`yyyy${first[1]}M${first[1]}d`];
  const last = YEAR_LAST.exec(date);
  if (last !== null) {
    const s = last[1];
    if (last[2]?.length === 4) return [`d${s}M${s}yyyy`, `M${s}d${s}yyyy`];
    return [`d${s}M${s}yy`, `M${s}d${s}yy`, `yy${s}M${s}d`];
  }
  const named = NAMED_MONTH.exec(date);
  if (named?.[2] !== undefined) {
    const year = named[3]?.length === 4 ? 'yyyy' : 'yy';
    return monthTokens(named[2]).map((month) => `d${named[1]}${month}${named[1]}${year}`);
  }
  const monthFirst = MONTH_FIRST.exec(date);
  if (monthFirst?.[1] !== undefined) {
    return monthTokens(monthFirst[1]).map((month) => `${month} d${monthFirst[2]} yyyy`);
  }
  return [];
}

/** "May" is both the short and the long name. */
function monthTokens(name: string): string[] {
  return name.length === 3 ? (name.toLowerCase() === 'may' ? ['MMM', 'MMMM'] : ['MMM']) : ['MMMM'];
}

function clockFormat(clock: RegExpExecArray): string {
  const [, separator = ' ', , , seconds, space = '', meridiem] = clock;
  const hour = meridiem === undefined ? 'H' : 'h';
  return `${separator === 'T' ? "'T'" : separator}${hour}:mm${seconds === undefined ? '' : ':ss'}${meridiem === undefined ? '' : `${space}a`}`;
}

function compactFormat(base: string): string {
  const letter = base.includes('T') ? "'T'" : '';
  const clockDigits = base.replace('T', '').length - 8;
  return `yyyyMMdd${letter}${clockDigits === 0 ? '' : clockDigits === 4 ? 'HHmm' : 'HHmmss'}`;
}

/** The format as people write it: two digits wherever the whole column has two. */
export function padFormat(format: string): string {
  return format.replace(/(?<![A-Za-z'])([dMHh])(?![A-Za-z'])/g, '$1$1');
}
