import type { Plan } from './describe-plan.ts';
import { warningsOf } from './describe-plan.ts';
import { isoOfMicros } from './time/iso-of-micros.ts';

/** The plan for scripts. */
export function planAsJson(plan: Plan) {
  const { survey, table } = plan;
  const iso = (micros: number | null) => (micros === null ? null : isoOfMicros(micros));
  return {
    file: table.file,
    encoding: table.encoding,
    delimiter: table.delimiter,
    topic: plan.topic,
    speed: plan.speed,
    time: {
      column: plan.timeHeader,
      as: survey.time.described,
      why: survey.time.why,
      from: iso(survey.firstMicros),
      to: iso(survey.lastMicros),
      stepsBack: survey.backward,
      before2000: survey.before2000,
      ahead: survey.ahead,
      inDoubledHours: survey.zone.repeated,
      inSkippedHours: survey.zone.skipped,
    },
    rows: survey.rows,
    rowsRefused: survey.refusedRows,
    readings: survey.readings,
    repeatedSame: survey.repeats.same,
    repeatedDifferent: survey.repeats.different,
    signals: plan.signals.map(({ signal, header, unit }, i) => {
      const { numbers = 0, texts = 0, empty = 0, refused = 0 } = survey.columns[i] ?? {};
      return { signal, column: header, unit, numbers, texts, empty, refused };
    }),
    warnings: warningsOf(plan),
  };
}
