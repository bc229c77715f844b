import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createFakeClock } from '../../tests/support/fake-clock.ts';
import { describePlan, warningsOf } from './describe-plan.ts';
import { parseOptions, type RawOptions } from './options.ts';
import { prepareReplay } from './run-replay.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sentia-prepare-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function prepare(content: string | Uint8Array, given: Partial<RawOptions> = {}) {
  const file = join(folder, 'table.csv');
  await writeFile(file, content);
  const raw: RawOptions = {
    topic: 'plants/a/b/c/d',
    time: 'at',
    zone: 'UTC',
    decimal: 'point',
    max: true,
    ...given,
  };
  const clock = createFakeClock();
  return prepareReplay(file, parseOptions(raw, clock.now()), clock);
}

test('a spreadsheet export with byte-order mark, semicolons, CRLF, quotes and padded headers is read', async () => {
  const plan = await prepare(
    '\ufeffat;Torque ;"note; free"\r\n01.02.2018 00:15;1,5;"a ""b"""\r\n31.12.2018 00:15;;"x;y"\r\n\r\n',
    { decimal: 'comma' },
  );
  expect(plan.signals.map(({ signal }) => signal)).toEqual(['Torque', 'note; free']);
  expect(plan.survey).toMatchObject({
    rows: 2,
    readings: 3,
    columns: [
      { numbers: 1, empty: 1 },
      { texts: 2, examples: ['a "b"', 'x;y'] },
    ],
  });
  expect(describePlan(plan)[0]).toBe(
    'time: column at as dd.MM.yyyy HH:mm in UTC, 2018-02-01T00:15Z … 2018-12-31T00:15Z; 2 rows; 2 signals (1 cell cannot be M.d.yyyy H:mm)',
  );
});

test('UTF-16 is known by its byte-order mark', async () => {
  const plan = await prepare(Buffer.from('\ufeffat\tDrück\n2018-01-01 00:00\t1\n', 'utf16le'));
  expect(plan.signals[0]?.signal).toBe('Drück');
});

test('bytes that are not UTF-8 are refused unless the encoding is given', async () => {
  const latin = Buffer.from('at,T °C\n2018-01-01,1\n', 'latin1');
  await expect(prepare(latin)).rejects.toThrow(/is not utf-8.*--encoding windows-1252/);
  expect((await prepare(latin, { encoding: 'latin1' })).signals[0]?.signal).toBe('T °C');
});

test('a line that was cut off is refused with its number instead of publishing half a number', async () => {
  const plan = await prepare('at,a,b\n2018-01-01,1,2\n2018-01-02,3');
  expect(plan.survey).toMatchObject({ rows: 2, refusedRows: 1, readings: 2 });
  expect(warningsOf(plan)[0]).toBe(
    '1 row cannot be published, the first on line 3: (row): the row has 2 cells, the header 3.',
  );
});

test('empty cells beyond the header are no harm', async () => {
  expect((await prepare('at,a\n2018-01-01,1,\n')).survey.refusedRows).toBe(0);
});

test('repeated pairs are told apart by value before anything is published', async () => {
  const plan = await prepare('at,a,b\n2018-01-01,1,x\n2018-01-02,2,x\n2018-01-01,1.0,y\n');
  expect(plan.survey.repeats).toEqual({ same: 1, different: 1 });
  expect(plan.survey.backward).toBe(1);
});

test('times that Sentia would refuse are announced, and nothing else is pointless', async () => {
  const some = await prepare('at,a\n1999-12-31,1\n2018-01-01,2\n2030-01-01,3\n');
  expect(warningsOf(some).slice(0, 2)).toEqual([
    '1 row lies before 2000: Sentia refuses such times (dead letters).',
    '1 row lies in the future: Sentia refuses what is more than 5 minutes ahead (dead letters).',
  ]);
  await expect(prepare('at,a\n1999-12-31,1\n')).rejects.toThrow(
    /Every time lies before 2000 or in the future/,
  );
});

test('a doubled hour is counted and read by order', async () => {
  const walls = ['01:30', '02:00', '02:30', '02:00', '02:30', '03:00'].map(
    (clock) => `2018-10-28 ${clock},1`,
  );
  const plan = await prepare(`at,a\n${walls.join('\n')}\n`, { zone: 'Europe/Berlin' });
  expect(plan.survey).toMatchObject({
    zone: { repeated: 4, skipped: 0 },
    repeats: { same: 0, different: 0 },
  });
  expect(warningsOf(plan)).toContainEqual(expect.stringMatching(/^4 times occur twice in Europe\/Berlin/));
});

test('a column of decimal commas is refused with both ways out', async () => {
  await expect(prepare('at;a\n2018-01-01;1,5\n2018-01-02;2\n')).rejects.toThrow(
    'Column "a" holds numbers with a decimal comma, like "1,5". Add --decimal comma, or --text "a" to store them as texts.',
  );
});

test('a column that mixes numbers and words says so, and the words can be left out', async () => {
  const table = 'at,a\n2018-01-01,1\n2018-01-02,NA\n';
  expect(warningsOf(await prepare(table))).toEqual([
    'a mixes 1 number with 1 text ("NA"): texts are stored as texts; --empty WORD leaves such cells out.',
  ]);
  expect(warningsOf(await prepare(table, { empty: ['NA'] }))).toEqual([]);
});

test('a date and a clock in two columns are one time', async () => {
  const plan = await prepare('day,clock,a\n2018-01-01,00:15,1\n', { time: 'day+clock' });
  expect(plan.survey.firstMicros).toBe(Date.UTC(2018, 0, 1, 0, 15) * 1000);
});

test.each([
  ['an empty file', '', /is empty/],
  ['a file with only a header', 'at,a\n', /is empty: there is no time|header but no rows/],
  ['a file whose quote never ends', `at,a\n2018-01-01,"${'x'.repeat(1_100_000)}`, /cannot be read/],
  ['a file whose cells are all empty', 'at,a\n2018-01-01,\n', /No cell can be published/],
])('%s is refused with a clear line', async (_name, content, line) => {
  await expect(prepare(content)).rejects.toThrow(line);
});

test('a file that is not there is refused with a clear line', async () => {
  const options = parseOptions({ topic: 'plants/a/b/c/d', time: 'at', zone: 'UTC', decimal: 'point' }, 0);
  await expect(prepareReplay('/nonexistent.csv', options, createFakeClock())).rejects.toThrow(
    '/nonexistent.csv cannot be read. Give the path of a CSV file.',
  );
  await expect(prepareReplay(folder, options, createFakeClock())).rejects.toThrow(/is not a file/);
});
