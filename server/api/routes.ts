import type { z } from 'zod';
import {
  equipmentQuerySchema,
  latestSchema,
  machinesSchema,
  signalsSchema,
  sitesSchema,
} from '../../contracts/api/equipment.ts';
import { pageQuerySchema } from '../../contracts/api/page.ts';
import { readingsCsvQuerySchema, readingsQuerySchema, readingsSchema } from '../../contracts/api/readings.ts';
import { decodeCursor, type ListName } from '../queries/cursor.ts';
import { findSite } from '../queries/find-site.ts';
import { listLatest } from '../queries/list-latest.ts';
import { listMachines } from '../queries/list-machines.ts';
import { listSignals } from '../queries/list-signals.ts';
import { listSites } from '../queries/list-sites.ts';
import { answer, quote, refuseQuery, refuseUnknown, type Answer } from './answer.ts';
import { answerReadings } from './answer-readings.ts';
import { DEAD_LETTER_ROUTES } from './dead-letter-routes.ts';
import { findAskedSignal } from './find-asked-signal.ts';
import { parseQuery } from './parse-query.ts';
import { parseRange } from './parse-range.ts';
import { jsonRoute, type Asking, type Route, type RouteDeps } from './route.ts';
import { sendCsv } from './send-csv.ts';

type EquipmentQuery = z.output<typeof equipmentQuerySchema>;

/** @returns what a list's query asks for; the site, where one is named, must be theirs. */
async function listArgs(
  deps: RouteDeps,
  asking: Asking,
  list: ListName,
  query: EquipmentQuery,
): Promise<Answer<{ siteId: number | null; after: number | null; limit: number }>> {
  const after = query.cursor === undefined ? null : decodeCursor(list, query.cursor);
  if (query.cursor !== undefined && after === null) {
    return refuseQuery([
      { name: 'cursor', message: 'is none that this list gave out: hand back `next` as it was' },
    ]);
  }
  if (query.site === undefined) return answer({ siteId: null, after, limit: query.limit });
  const siteId = await findSite(deps.database, asking.organisationIds, query.site);
  if (siteId === null) {
    return refuseUnknown(`There is no site ${quote(query.site)}. GET /api/v1/sites lists them.`);
  }
  return answer({ siteId, after, limit: query.limit });
}

export const ROUTES: readonly Route[] = [
  ...DEAD_LETTER_ROUTES,
  jsonRoute({
    path: '/sites',
    id: 'listSites',
    summary: 'The sites',
    query: pageQuerySchema,
    brings: { name: 'Sites', schema: sitesSchema },
    mayBeUnknown: false,
    async answer(deps, asking, query) {
      const args = await listArgs(deps, asking, 'sites', query);
      return args.ok ? answer(await listSites(deps.database, asking.organisationIds, args.value)) : args;
    },
  }),
  jsonRoute({
    path: '/machines',
    id: 'listMachines',
    summary: 'The machines with their present state, and since when',
    query: equipmentQuerySchema,
    brings: { name: 'Machines', schema: machinesSchema },
    mayBeUnknown: true,
    async answer(deps, asking, query) {
      const args = await listArgs(deps, asking, 'machines', query);
      if (!args.ok) return args;
      return answer(await listMachines(deps.database, deps.live, asking.organisationIds, args.value));
    },
  }),
  jsonRoute({
    path: '/signals',
    id: 'listSignals',
    summary: 'The signals with unit and kind',
    query: equipmentQuerySchema,
    brings: { name: 'Signals', schema: signalsSchema },
    mayBeUnknown: true,
    async answer(deps, asking, query) {
      const args = await listArgs(deps, asking, 'signals', query);
      return args.ok ? answer(await listSignals(deps.database, asking.organisationIds, args.value)) : args;
    },
  }),
  jsonRoute({
    path: '/signals/latest',
    id: 'listLatest',
    summary: 'The latest value of each signal, its age, and whether it is stale',
    query: equipmentQuerySchema,
    brings: { name: 'Latest', schema: latestSchema },
    mayBeUnknown: true,
    async answer(deps, asking, query) {
      const args = await listArgs(deps, asking, 'latest', query);
      if (!args.ok) return args;
      const { database, live, clock } = deps;
      return answer(await listLatest(database, live, clock, asking.organisationIds, args.value));
    },
  }),
  jsonRoute({
    path: '/readings',
    id: 'readReadings',
    summary: 'History of a signal by columns of equal width, with its gaps',
    query: readingsQuerySchema,
    brings: { name: 'Readings', schema: readingsSchema },
    mayBeUnknown: true,
    answer: ({ slowDatabase, clock }, { organisationIds, abort }, query) =>
      answerReadings({ database: slowDatabase, clock, abort }, organisationIds, query),
  }),
  {
    path: '/readings.csv',
    id: 'downloadReadings',
    summary: 'Every stored reading and text of a signal by time',
    query: readingsCsvQuerySchema,
    brings: {
      mediaType: 'text/csv',
      example: 'at,value,quality\n2026-01-31T06:00:00.000Z,71.2,good\n2026-01-31T06:00:01.000250Z,,bad\n',
    },
    mayBeUnknown: true,
    async serve(deps, { organisationIds }, request, response) {
      const query = parseQuery(readingsCsvQuerySchema, request.originalUrl);
      if (!query.ok) return query;
      const range = parseRange(query.value);
      if (!range.ok) return range;
      const signal = await findAskedSignal(deps.database, organisationIds, query.value.signal);
      if (!signal.ok) return signal;
      const asked = { signal: signal.value, range: range.value };
      await sendCsv({ ...deps, database: deps.slowDatabase }, organisationIds, asked, request, response);
      return 'sent';
    },
  },
];
