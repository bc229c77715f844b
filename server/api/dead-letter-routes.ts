import { z } from 'zod';
import {
  deadLetterFilterQuerySchema,
  deadLettersQuerySchema,
  deadLettersSchema,
  type DeadLetterFilter,
} from '../../contracts/api/dead-letters.ts';
import { decodeCursor } from '../queries/cursor.ts';
import { deadLetterPayload } from '../queries/dead-letter-payload.ts';
import { listDeadLetters } from '../queries/list-dead-letters.ts';
import { answer, refuseQuery, refuseUnknown, type Answer } from './answer.ts';
import { LETTERS_CSV_HEADER, lettersToCsv, lettersToJsonLines } from './letter-lines.ts';
import { parseQuery } from './parse-query.ts';
import { parseTime } from './parse-time.ts';
import { jsonRoute, type Route } from './route.ts';
import { sendLetters } from './send-letters.ts';

const payloadQuerySchema = z.object({
  id: z.coerce
    .number('must be a number')
    .int('must be a whole number')
    .min(1)
    .describe('`deadLetterId` of a letter.'),
});

/** A query's filter with its times read. */
export function readFilter(query: z.output<typeof deadLetterFilterQuerySchema>): Answer<DeadLetterFilter> {
  const errors: { name: string; message: string }[] = [];
  const time = (name: 'from' | 'to') => {
    const text = query[name];
    if (text === undefined) return null;
    const parsed = parseTime(text);
    if (parsed.ok) return parsed.micros / 1000;
    errors.push({ name, message: parsed.message });
    return null;
  };
  const { reason = null, topic = null, feed = null } = query;
  const filter = { reason, topic, feed, sinceMs: time('from'), untilMs: time('to') };
  return errors.length > 0 ? refuseQuery(errors) : answer(filter);
}

/** What was refused: to be listed, and taken along. */
export const DEAD_LETTER_ROUTES: readonly Route[] = [
  jsonRoute({
    path: '/dead-letters',
    id: 'listDeadLetters',
    summary: 'What could not be stored, newest first, and why',
    query: deadLettersQuerySchema,
    brings: { name: 'DeadLetters', schema: deadLettersSchema },
    mayBeUnknown: false,
    async answer(deps, { organisationIds }, query) {
      const filter = readFilter(query);
      if (!filter.ok) return filter;
      const below = query.cursor === undefined ? null : decodeCursor('dead-letters', query.cursor);
      if (query.cursor !== undefined && below === null) {
        return refuseQuery([
          { name: 'cursor', message: 'is none that this list gave out: hand back `next` as it was' },
        ]);
      }
      const args = { below, limit: query.limit, filter: filter.value };
      return answer(await listDeadLetters(deps.slowDatabase, organisationIds, args));
    },
  }),
  download(
    'jsonl',
    'application/jsonl',
    '{"deadLetterId":1,"topic":"plants/a/b/c/d/e","reason":"bad_number"}\n',
    {
      header: '',
      toLines: lettersToJsonLines,
    },
  ),
  download('csv', 'text/csv', LETTERS_CSV_HEADER, { header: LETTERS_CSV_HEADER, toLines: lettersToCsv }),
  {
    path: '/dead-letters/payload',
    id: 'downloadDeadLetterPayload',
    summary: 'The payload of one of them, as far as it is kept',
    query: payloadQuerySchema,
    brings: { mediaType: 'application/octet-stream', example: '71,2' },
    mayBeUnknown: true,
    async serve(deps, { organisationIds }, request, response) {
      const query = parseQuery(payloadQuerySchema, request.originalUrl);
      if (!query.ok) return query;
      const { id } = query.value;
      const letter = await deadLetterPayload(deps.database, organisationIds, id);
      if (letter === null) return refuseUnknown(`There is no dead letter ${id}.`);
      response.attachment(`dead-letter-${id}${letter.kept === 'whole' ? '' : `-${letter.kept}`}.bin`);
      // Whatever somebody sent must not be taken for a page of ours.
      response.setHeader('Content-Type', 'application/octet-stream');
      response.setHeader('Cache-Control', 'no-store');
      response.send(Buffer.from(letter.payload));
      return 'sent';
    },
  },
];

function download(
  extension: 'csv' | 'jsonl',
  mediaType: string,
  example: string,
  format: Parameters<typeof sendLetters>[2]['format'],
): Route {
  return {
    path: `/dead-letters.${extension}`,
    id: extension === 'csv' ? 'downloadDeadLettersCsv' : 'downloadDeadLettersJsonLines',
    summary: `All of them that a filter matches, as ${extension === 'csv' ? 'CSV' : 'JSON lines'}`,
    query: deadLetterFilterQuerySchema,
    brings: { mediaType, example },
    mayBeUnknown: false,
    async serve(deps, { organisationIds }, request, response) {
      const query = parseQuery(deadLetterFilterQuerySchema, request.originalUrl);
      if (!query.ok) return query;
      const filter = readFilter(query.value);
      if (!filter.ok) return filter;
      const asked = { filter: filter.value, extension, mediaType, format };
      await sendLetters({ ...deps, database: deps.slowDatabase }, organisationIds, asked, request, response);
      return 'sent';
    },
  };
}
