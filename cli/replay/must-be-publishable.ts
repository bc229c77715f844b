import type { SignalColumn } from './choose-signals.ts';
import { ReplayRefusal } from './refusal.ts';
import type { Survey } from './survey.ts';

/**
 * Stops where publishing would fill the database with what nobody meant.
 * @throws ReplayRefusal with the option that helps
 */
export function mustBePublishable(survey: Survey, signals: readonly SignalColumn[]): void {
  const timed = survey.rows - survey.refusedRows;
  if (survey.rows === 0) throw new ReplayRefusal('The file has a header but no rows.');
  if (timed === 0) {
    const first = survey.firstRefusal;
    throw new ReplayRefusal(
      `No row can be published: line ${first?.line}, ${first?.column}: ${first?.reason}.`,
    );
  }
  if (survey.readings === 0)
    throw new ReplayRefusal('No cell can be published: the chosen columns are empty.');
  if (survey.before2000 + survey.ahead === timed) {
    throw new ReplayRefusal(
      'Every time lies before 2000 or in the future, and Sentia would refuse them all. Check --date-format, --time-unit and --start.',
    );
  }
  signals.forEach(({ header, forceText }, i) => {
    const column = survey.columns[i];
    if (column === undefined || forceText || column.decimalCommas === 0) return;
    if (column.decimalCommas * 2 < column.texts + column.numbers) return;
    throw new ReplayRefusal(
      `Column "${header}" holds numbers with a decimal comma, like "${column.examples[0]}". ` +
        `Add --decimal comma, or --text "${header}" to store them as texts.`,
    );
  });
}
