import { answer, refuseQuery, type Answer } from './answer.ts';
import { parseTime } from './parse-time.ts';

/** Microseconds; `toMicros` is excluded. */
export interface TimeRange {
  fromMicros: number;
  toMicros: number;
}

export function parseRange(query: { from: string; to: string }): Answer<TimeRange> {
  const from = parseTime(query.from);
  const to = parseTime(query.to);
  if (!from.ok || !to.ok) {
    return refuseQuery([
      ...(from.ok ? [] : [{ name: 'from', message: from.message }]),
      ...(to.ok ? [] : [{ name: 'to', message: to.message }]),
    ]);
  }
  if (from.micros >= to.micros) return refuseQuery([{ name: 'from', message: 'must be before to' }]);
  return answer({ fromMicros: from.micros, toMicros: to.micros });
}
