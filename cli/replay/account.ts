import type { PublisherCounts } from './publisher.ts';
import type { Survey } from './survey.ts';

/** A cell or row that was not published, with where it stands and why. */
export interface Refused {
  line: number;
  column: string;
  reason: string;
}

const MAX_LISTED = 100;

/** Counts what one publishing pass does; the closing account is made of it. */
export function createTally() {
  const listed: Refused[] = [];
  const tally = { rows: 0, rowsPublished: 0, rowsRefused: 0, empty: 0, cellsRefused: 0 };
  return {
    tally,
    listed,
    refuse: (refused: Refused, kind: 'row' | 'cell') => {
      if (kind === 'row') tally.rowsRefused += 1;
      else tally.cellsRefused += 1;
      if (listed.length < MAX_LISTED) listed.push(refused);
    },
  };
}

export interface Account {
  /** True when every row was read and every message acknowledged. */
  complete: boolean;
  /** Why it is not. */
  reason: string | null;
  seconds: number;
  rows: { read: number; published: number; refused: number };
  readings: {
    published: number;
    acknowledged: number;
    /** Different (signal, time) pairs: what Sentia holds afterwards; null when the replay did not get through. */
    distinct: number | null;
    repeatedSame: number | null;
    repeatedDifferent: number | null;
  };
  cells: { empty: number; refused: number };
  messages: { published: number; acknowledged: number; repeated: number };
  reconnects: number;
  /** The first 100. */
  refused: readonly Refused[];
}

export function makeAccount(facts: {
  tally: ReturnType<typeof createTally>;
  counts: Readonly<PublisherCounts>;
  survey: Survey;
  seconds: number;
  reason: string | null;
}): Account {
  const { tally, listed } = facts.tally;
  const { counts, survey } = facts;
  const complete = facts.reason === null && counts.acknowledgedMessages === counts.messages;
  const { same, different } = survey.repeats;
  return {
    complete,
    reason: facts.reason,
    seconds: facts.seconds,
    rows: { read: tally.rows, published: tally.rowsPublished, refused: tally.rowsRefused },
    readings: {
      published: counts.readings,
      acknowledged: counts.acknowledgedReadings,
      distinct: complete ? counts.readings - same - different : null,
      repeatedSame: complete ? same : null,
      repeatedDifferent: complete ? different : null,
    },
    cells: { empty: tally.empty, refused: tally.cellsRefused },
    messages: {
      published: counts.messages,
      acknowledged: counts.acknowledgedMessages,
      repeated: counts.repeated,
    },
    reconnects: counts.reconnects,
    refused: listed,
  };
}

const count = (n: number) => n.toLocaleString('en');

/** The account for people. */
export function describeAccount(account: Account): string[] {
  const { rows, readings, cells, messages } = account;
  const rate = readings.acknowledged / Math.max(account.seconds, 0.001);
  const lines = [
    `rows read ${count(rows.read)}, published ${count(rows.published)}, refused ${count(rows.refused)}; empty cells ${count(cells.empty)}, refused cells ${count(cells.refused)}`,
    `readings published ${count(readings.published)}, acknowledged ${count(readings.acknowledged)}, in ${count(messages.published)} messages, ${account.seconds.toFixed(1)} s, ${count(Math.round(rate))} readings/s`,
  ];
  if (readings.distinct !== null) {
    lines.push(
      `distinct (signal, time) pairs ${count(readings.distinct)}; repeated with the same value ${count(readings.repeatedSame ?? 0)}, with another value ${count(readings.repeatedDifferent ?? 0)}`,
    );
  }
  if (account.reconnects > 0) {
    lines.push(
      `the broker was gone ${account.reconnects}×; ${count(messages.repeated)} messages were sent again`,
    );
  }
  for (const { line, column, reason } of account.refused.slice(0, 10)) {
    lines.push(`refused: line ${line}, ${column}: ${reason}`);
  }
  const unlisted = rows.refused + cells.refused - Math.min(10, account.refused.length);
  if (unlisted > 0) lines.push(`refused: ${count(unlisted)} more (--json lists up to 100)`);
  lines.push(
    account.complete
      ? 'complete: every message was acknowledged'
      : `INCOMPLETE: ${account.reason ?? `${count(messages.published - messages.acknowledged)} messages were not acknowledged`}`,
  );
  return lines;
}
