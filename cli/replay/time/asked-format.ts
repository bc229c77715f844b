import { ReplayRefusal } from '../refusal.ts';
import { createWallTimeParser } from './wall-time.ts';

/**
 * A person's `--date-format` as the parser wants it: fraction and offset at the end are taken off every cell
 * (`splitTime`, to the microsecond), so their tokens go too.
 * @throws ReplayRefusal when luxon does not know the format or it tells no day.
 */
export function askedFormat(format: string): string {
  if (/^iso(8601)?$/i.test(format)) return 'iso';
  const withoutZone = format.replace(/\s?(Z{1,3}|'Z'|'UTC')$/, '');
  const bare = withoutZone.replace(/(:ss?)[.,](?:S+|u+)(?=\s?a?$)/, '$1');
  const tokens = bare.replace(/'[^']*'/g, '');
  const clear = (reason: string) =>
    new ReplayRefusal(
      `--date-format "${format}" ${reason}. Write it in luxon's tokens, e.g. "dd-MM-yyyy HH:mm".`,
    );
  if (/[zXx]/.test(tokens)) throw clear('holds a zone name or an epoch');
  if (!/y/.test(tokens) || !/[ML]/.test(tokens) || !/d/.test(tokens)) {
    if (!/o|D|kkkk/.test(tokens)) throw clear('does not tell year, month and day');
  }
  try {
    createWallTimeParser(bare)('');
  } catch (error) {
    throw clear(`is not understood (${error instanceof Error ? error.message : String(error)})`);
  }
  return bare;
}
