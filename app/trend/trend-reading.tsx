import { formatUnit } from '../text/format-unit.ts';
import { formatExact } from '../text/format-number.ts';
import { formatDayTime, formatSeconds } from '../text/format-time.ts';
import type { Column } from './trend-columns.ts';

const HOUR_MS = 3_600_000;

/** What the reading line stands on: time, last value, and the range where the column holds more than one. */
export function TrendReading(props: {
  column: Column | null;
  columnMs: number;
  unit: string | null;
  timeZone: string;
}) {
  const { column, columnMs, timeZone } = props;
  if (column === null) return <output className="trend-reading" />;
  const at =
    columnMs < 60_000
      ? formatSeconds(column.at, timeZone)
      : formatDayTime(column.at, column.at + HOUR_MS, timeZone);
  return (
    <output className="trend-reading">
      <span>{at}</span>
      <b>
        {formatExact(column.last)} {formatUnit(props.unit)}
      </b>
      {column.min !== column.max && (
        <span>
          {formatExact(column.min)} to {formatExact(column.max)}
        </span>
      )}
    </output>
  );
}
