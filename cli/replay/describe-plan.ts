import type { SignalColumn } from './choose-signals.ts';
import { nameOfDelimiter } from './detect-delimiter.ts';
import type { TableFile } from './read-rows.ts';
import type { ColumnSurvey, Survey } from './survey.ts';
import { shortTime } from './time/iso-of-micros.ts';

export interface Plan {
  table: TableFile;
  topic: string;
  timeHeader: string;
  zone: string;
  signals: readonly SignalColumn[];
  survey: Survey;
  speed: number | null;
}

const count = (n: number) => n.toLocaleString('en');
const times = (n: number, one: string, many: string) => `${count(n)} ${n === 1 ? one : many}`;

/** What is about to be published, in a few lines for people. */
export function describePlan(plan: Plan): string[] {
  const { survey, signals, table } = plan;
  const { firstMicros, lastMicros } = survey;
  const range =
    firstMicros === null || lastMicros === null
      ? 'no times'
      : `${shortTime(firstMicros)} … ${shortTime(lastMicros)}`;
  const column = survey.time.reading.kind === 'row' ? 'row number' : `column ${plan.timeHeader.trim()}`;
  const because = survey.time.why === null ? '' : ` (${survey.time.why})`;
  const shown = signals
    .slice(0, 12)
    .map(({ signal, unit }) => (unit === null ? signal : `${signal} [${unit}]`));
  const more = signals.length > shown.length ? `, … ${signals.length - shown.length} more` : '';
  const pace =
    plan.speed === null
      ? 'as fast as they are taken'
      : `at ${plan.speed}× real time (${duration(((lastMicros ?? 0) - (firstMicros ?? 0)) / 1e6 / plan.speed)})`;
  return [
    `time: ${column} as ${survey.time.described}, ${range}; ${times(survey.rows, 'row', 'rows')}; ${times(signals.length, 'signal', 'signals')}${because}`,
    `signals: ${shown.join(', ')}${more}`,
    `file: ${table.file}, ${nameOfDelimiter(table.delimiter)} between cells, ${table.encoding}`,
    `publishes ${times(survey.readings, 'reading', 'readings')} to ${plan.topic}, ${pace}`,
  ];
}

/** What a person should know before it is too late, most important first. */
export function warningsOf(plan: Plan): string[] {
  const { survey } = plan;
  const warnings: string[] = [];
  if (survey.before2000 > 0) {
    warnings.push(
      `${times(survey.before2000, 'row lies', 'rows lie')} before 2000: Sentia refuses such times (dead letters).`,
    );
  }
  if (survey.ahead > 0) {
    warnings.push(
      `${times(survey.ahead, 'row lies', 'rows lie')} in the future: Sentia refuses what is more than 5 minutes ahead (dead letters).`,
    );
  }
  const { same, different } = survey.repeats;
  if (different > 0) {
    warnings.push(
      `${times(different, 'reading has', 'readings have')} the signal and time of an earlier one but another value: the first is kept, the others become dead letters (conflict).`,
    );
  }
  if (same > 0) {
    warnings.push(
      `${times(same, 'reading repeats', 'readings repeat')} an earlier one with the same value: stored once.`,
    );
  }
  if (survey.refusedRows > 0 && survey.firstRefusal !== null) {
    const { line, column, reason } = survey.firstRefusal;
    warnings.push(
      `${times(survey.refusedRows, 'row', 'rows')} cannot be published, the first on line ${line}: ${column}: ${reason}.`,
    );
  }
  if (survey.backward > 0) {
    warnings.push(
      `${times(survey.backward, 'time steps', 'times step')} back; they are published as they are.`,
    );
  }
  if (survey.zone.repeated > 0) {
    warnings.push(
      `${times(survey.zone.repeated, 'time occurs', 'times occur')} twice in ${plan.zone} (clocks went back): taken as the earlier one unless the rows before show it is the later.`,
    );
  }
  if (survey.zone.skipped > 0) {
    warnings.push(
      `${times(survey.zone.skipped, 'time does', 'times do')} not exist in ${plan.zone} (clocks went forward): moved on by the gap. Is --zone right?`,
    );
  }
  plan.signals.forEach((signal, i) => {
    const column = survey.columns[i];
    if (column !== undefined) warnings.push(...columnWarnings(signal, column));
  });
  return warnings;
}

function columnWarnings({ header }: SignalColumn, column: ColumnSurvey): string[] {
  const warnings: string[] = [];
  const examples = column.examples.map((text) => `"${text.slice(0, 30)}"`).join(', ');
  if (column.numbers > 0 && column.texts > 0) {
    warnings.push(
      `${header} mixes ${times(column.numbers, 'number', 'numbers')} with ${times(column.texts, 'text', 'texts')} (${examples}): texts are stored as texts; --empty WORD leaves such cells out.`,
    );
  }
  if (column.refused > 0) {
    warnings.push(
      `${header}: ${times(column.refused, 'cell', 'cells')} cannot be published (not a finite number, or too long).`,
    );
  }
  return warnings;
}

export function duration(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86_400)} d`;
}
