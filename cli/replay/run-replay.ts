import type { Clock } from '../../contracts/clock.ts';
import { createTally, makeAccount, type Account } from './account.ts';
import { chooseSignals } from './choose-signals.ts';
import type { Plan } from './describe-plan.ts';
import { jsonOfCell } from './json-of-cell.ts';
import { mustBePublishable } from './must-be-publishable.ts';
import { openTable } from './open-table.ts';
import type { ReplayOptions } from './options.ts';
import { createPace } from './pace.ts';
import type { CellRules } from './parse-cell.ts';
import { createMessagePlan, type PlannedMessage, type RowReading } from './plan-messages.ts';
import type { Publisher } from './publisher.ts';
import { readRows } from './read-rows.ts';
import { ReplayRefusal } from './refusal.ts';
import { createRowReader, type ReadRow, type TableShape } from './row-reader.ts';
import { surveyTable, type SurveyProgress } from './survey.ts';
import { askedFormat } from './time/asked-format.ts';
import { createTimeDetector, type TimeDetector } from './time/detect-time.ts';
import { isoOfMicros } from './time/iso-of-micros.ts';
import { createTimeParser } from './time/time-reading.ts';

/** As the decoder of telemetry has it. */
const MAX_TEXT_CHARACTERS = 16_384;
const FUTURE_LIMIT_MS = 5 * 60_000;
const DRAIN_AFTER_STOP_MS = 5_000;

export interface PreparedReplay extends Plan {
  shape: TableShape;
}

/** Reads the whole file and says what publishing it would mean; publishes nothing. @throws ReplayRefusal */
export async function prepareReplay(
  file: string,
  options: ReplayOptions,
  clock: Clock,
  onProgress: SurveyProgress = () => undefined,
): Promise<PreparedReplay> {
  const { table, headers } = await openTable(file, options);
  const columns = chooseSignals(headers, options);
  const rules: CellRules = { decimal: options.decimal, empty: options.empty, maxText: MAX_TEXT_CHARACTERS };
  const shape: TableShape = { width: headers.length, columns, rules };
  const detector =
    columns.time.length === 0 ? rowNumberDetector(options) : columnDetector(options, columns.timeHeader);
  const survey = await surveyTable(
    table,
    shape,
    detector,
    (clock.now() + FUTURE_LIMIT_MS) * 1000,
    onProgress,
  );
  mustBePublishable(survey, columns.signals);
  return {
    table,
    shape,
    survey,
    topic: options.topic,
    timeHeader: columns.timeHeader,
    zone: options.zone,
    signals: columns.signals,
    speed: options.speed,
  };
}

function columnDetector(options: ReplayOptions, header: string): TimeDetector {
  return createTimeDetector({
    header,
    zone: options.zone,
    decimal: options.decimal,
    format: options.dateFormat === null ? null : askedFormat(options.dateFormat),
    unit: options.timeUnit,
    startMicros: options.startMicros,
  });
}

function rowNumberDetector(options: ReplayOptions): TimeDetector {
  const { startMicros } = options;
  const unit = options.timeUnit ?? 's';
  if (startMicros === null) {
    throw new ReplayRefusal(
      '--time #row counts rows: say when the first one is, e.g. --start 2020-01-01T00:00Z.',
    );
  }
  return {
    take: () => undefined,
    decide: () => ({
      reading: { kind: 'row', unit, startMicros },
      described: `${unit} since ${isoOfMicros(startMicros)}`,
      why: null,
    }),
  };
}

export interface RunningReplay {
  publisher: Publisher;
  clock: Clock;
  /** Ends the replay early: what is under way may still be acknowledged. */
  stop: AbortSignal;
}

/** Publishes what was prepared. Never throws for what the broker does: the account tells. */
export async function runReplay(prepared: PreparedReplay, running: RunningReplay): Promise<Account> {
  const { publisher, clock, stop } = running;
  const startedAt = clock.now();
  const tally = createTally();
  let reason: string | null = null;
  const stoppedForGood = new Promise<void>((resolve) => {
    const onStop = () => {
      publisher.interrupt();
      clock.after(DRAIN_AFTER_STOP_MS, resolve);
    };
    if (stop.aborted) onStop();
    else stop.addEventListener('abort', onStop, { once: true });
  });
  const attempt = async (work: Promise<void>) => {
    try {
      await work;
    } catch (error) {
      if (!(error instanceof ReplayRefusal)) throw error;
      reason ??= error.message;
    }
  };
  await attempt(publishRows(prepared, running, tally));
  await attempt(Promise.race([publisher.drain(), stoppedForGood]));
  const seconds = (clock.now() - startedAt) / 1000;
  return makeAccount({ tally, counts: publisher.counts, survey: prepared.survey, seconds, reason });
}

async function publishRows(
  prepared: PreparedReplay,
  { publisher, clock, stop }: RunningReplay,
  tally: ReturnType<typeof createTally>,
): Promise<void> {
  const { shape, survey, speed, table, topic, signals } = prepared;
  const read = createRowReader(shape, createTimeParser(survey.time.reading, shape.rules.decimal));
  const plan = createMessagePlan({ topic, signals, shape: speed === null ? 'array' : 'row' });
  const pace = speed === null ? null : createPace({ clock, speed, stop });
  const publishAll = async (messages: readonly PlannedMessage[]) => {
    for (const message of messages) await publisher.publish(message);
  };
  let header = true;
  for await (const rows of readRows(table)) {
    for (const row of rows) {
      if (header) {
        header = false;
        continue;
      }
      const one = read(row);
      tally.tally.rows += 1;
      if (one.kind === 'refused') {
        tally.refuse(one, 'row');
        continue;
      }
      const readings = readingsOf(one, prepared, tally);
      if (readings.length === 0) continue;
      tally.tally.rowsPublished += 1;
      if (pace !== null) await pace.turn(one.micros);
      await publishAll(plan.add(isoOfMicros(one.micros), readings));
    }
  }
  await publishAll(plan.end());
}

function readingsOf(
  row: Extract<ReadRow, { kind: 'row' }>,
  { signals }: PreparedReplay,
  tally: ReturnType<typeof createTally>,
): RowReading[] {
  const readings: RowReading[] = [];
  row.cells.forEach((cell, i) => {
    const signal = signals[i];
    if (signal === undefined) return;
    if (cell.kind === 'empty') tally.tally.empty += 1;
    else if (cell.kind === 'refused') {
      tally.refuse({ line: row.line, column: signal.header, reason: cell.reason }, 'cell');
    } else {
      const json = jsonOfCell(cell);
      if (json !== null) readings.push({ signal: signal.signal, json });
    }
  });
  return readings;
}
