import { writeFile } from 'node:fs/promises';
import { InvalidArgumentError, Option, type Command } from 'commander';
import {
  refusalReasonSchema,
  type DeadLetterFilter,
  type DeadLetterItem,
} from '../contracts/api/dead-letters.ts';
import { lettersToCsv, lettersToJsonLines, LETTERS_CSV_HEADER } from '../server/api/letter-lines.ts';
import { parseTime } from '../server/api/parse-time.ts';
import { deadLetterPayload } from '../server/queries/dead-letter-payload.ts';
import { deadLetterTotals } from '../server/queries/dead-letter-totals.ts';
import { letterPages } from '../server/queries/letter-pages.ts';
import { lettersOf, listDeadLetters } from '../server/queries/list-dead-letters.ts';
import { requestReplay, requestReplayOf } from '../server/queries/request-replay.ts';
import { CommandError } from './command-error.ts';
import { awaitReplays } from './dead-letters/await-replays.ts';
import { describeLetter, describeLetters } from './dead-letters/describe-letters.ts';
import { withLetters } from './dead-letters/with-letters.ts';

interface FilterOptions {
  reason?: DeadLetterFilter['reason'];
  topic?: string;
  feed?: string;
  from?: number;
  to?: number;
}

export function registerDeadLetters(program: Command): void {
  const letters = program
    .command('dead-letters')
    .description('What could not be stored: list it, show it, take it along, and replay it after a fix.');

  filtered(letters.command('list').description('List dead letters, newest first.'))
    .option('--limit <n>', 'how many at most', wholeNumber, 20)
    .option('--json', 'print them as JSON')
    .action(async (options: FilterOptions & { limit: number; json?: true }) => {
      const { items, totals } = await withLetters(async (database, organisationIds) => ({
        items: (
          await listDeadLetters(database, organisationIds, {
            below: null,
            limit: options.limit,
            filter: filterOf(options),
          })
        ).items,
        totals: await deadLetterTotals(database),
      }));
      print(
        options.json === true ? `${JSON.stringify({ items, totals })}\n` : describeLetters(items, totals),
      );
    });

  letters
    .command('show')
    .description('Show one dead letter with all that is kept of its payload.')
    .argument('<id>', 'its number', wholeNumber)
    .option('--json', 'print it as JSON, the payload in base64')
    .action(async (id: number, options: { json?: true }) => {
      const { letter, payload } = await withLetters(async (database, organisationIds) => ({
        letter: must((await lettersOf(database, organisationIds, [id]))[0], id),
        payload: must(await deadLetterPayload(database, organisationIds, id), id),
      }));
      const bytes = Buffer.from(payload.payload);
      print(
        options.json === true
          ? `${JSON.stringify({ ...letter, payload: bytes.toString('base64'), payloadKept: payload.kept })}\n`
          : `${describeLetter(letter)}\n${bytes.toString('utf8')}\n`,
      );
    });

  filtered(
    letters
      .command('download')
      .description('Write the payload of one dead letter as it is, or all that match as JSON lines or CSV.')
      .argument('[id]', 'its number; without one, all that match', wholeNumber),
  )
    .addOption(new Option('--format <format>', 'of a list').choices(['jsonl', 'csv']).default('jsonl'))
    .option('--json', 'a list as JSON lines, which is how it comes anyway')
    .option('--out <file>', 'where to write it; without it, to the standard output')
    .action(async (id: number | undefined, options: FilterOptions & { format: string; out?: string }) => {
      await download(id, options);
    });

  filtered(
    letters
      .command('replay')
      .description(
        'Take dead letters in again, with the time of their arrival: those named, or with --all those that match. A running Sentia does it within seconds, else the next start.',
      )
      .argument('[ids...]', 'their numbers'),
  )
    .option('--all', 'all that match (10,000 at a time)')
    .option('--no-wait', 'do not wait for what becomes of them')
    .option('--json', 'print what became of them as JSON')
    .addHelpText('after', '\nExit code 0 when all were stored or stood already, else 1.')
    .action(async (ids: string[], options: FilterOptions & { all?: true; wait: boolean; json?: true }) => {
      await replay(ids.map(wholeNumber), options);
    });
}

async function download(
  id: number | undefined,
  options: FilterOptions & { format: string; out?: string },
): Promise<void> {
  const put = (bytes: string | Uint8Array, flag: 'w' | 'a') =>
    options.out === undefined ? print(bytes) : writeFile(options.out, bytes, { flag });
  await withLetters(async (database, organisationIds) => {
    if (id !== undefined) {
      await put(must(await deadLetterPayload(database, organisationIds, id), id).payload, 'w');
      return;
    }
    const toLines = options.format === 'csv' ? lettersToCsv : lettersToJsonLines;
    await put(options.format === 'csv' ? LETTERS_CSV_HEADER : '', 'w');
    for await (const page of letterPages(database, organisationIds, filterOf(options)))
      await put(toLines(page), 'a');
  });
}

async function replay(
  ids: readonly number[],
  options: FilterOptions & { all?: true; wait: boolean; json?: true },
): Promise<void> {
  if ((ids.length === 0) === (options.all !== true))
    throw new CommandError('Name letters by their numbers, or say --all (and which, with the filters).', 2);
  const { requested, settled, running } = await withLetters(async (database, organisationIds, isRunning) => {
    const since = Date.now();
    const count =
      options.all === true
        ? await requestReplayOf(database, organisationIds, filterOf(options))
        : await requestReplay(database, organisationIds, ids);
    const watched = isRunning && options.wait && options.all !== true ? ids : [];
    const done: DeadLetterItem[] = await awaitReplays(database, organisationIds, watched, since);
    return { requested: count, settled: done, running: isRunning };
  });
  const outcomes = settled.map(({ deadLetterId, replay: last }) => ({ deadLetterId, ...last }));
  if (options.json === true) print(`${JSON.stringify({ requested, running, outcomes })}\n`);
  else {
    print(`${requested} ${requested === 1 ? 'letter is' : 'letters are'} asked to be replayed.\n`);
    if (!running) print('Sentia does not run here: it replays them after its next start.\n');
    for (const { deadLetterId, outcome, detail } of outcomes)
      print(
        `${deadLetterId}  ${outcome ?? 'waits'}${detail === null || detail === undefined ? '' : `: ${detail}`}\n`,
      );
  }
  const refused = outcomes.some(({ outcome }) => outcome === 'refused');
  if (refused || (options.all !== true && requested < ids.length)) process.exitCode = 1;
}

function filtered(command: Command): Command {
  return command
    .addOption(new Option('--reason <reason>', 'why they were refused').choices(refusalReasonSchema.options))
    .option('--topic <text>', 'part of their topic')
    .option('--feed <name>', 'the feed they came by')
    .option('--from <time>', 'arrived then or later: ISO 8601 with a zone', time)
    .option('--to <time>', 'arrived before', time);
}

function filterOf({ reason, topic, feed, from, to }: FilterOptions): DeadLetterFilter {
  return {
    reason: reason ?? null,
    topic: topic ?? null,
    feed: feed ?? null,
    sinceMs: from ?? null,
    untilMs: to ?? null,
  };
}

function wholeNumber(text: string): number {
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number.');
}

function time(text: string): number {
  const parsed = parseTime(text);
  if (parsed.ok) return parsed.micros / 1000;
  throw new InvalidArgumentError(`It ${parsed.message}.`);
}

function must<T>(found: T | null | undefined, id: number): T {
  if (found === null || found === undefined) throw new CommandError(`There is no dead letter ${id}.`);
  return found;
}

function print(text: string | Uint8Array): void {
  process.stdout.write(text);
}
