import { STATUS_CODES } from 'node:http';
import type { Problem } from '../../contracts/api/problem.ts';
import type { Readings } from '../../contracts/api/readings.ts';
import type { Clock } from '../../contracts/clock.ts';
import type { Database } from '../../contracts/database.ts';
import type { Visitor } from '../app-context.ts';
import { answerReadings } from './answer-readings.ts';

/**
 * The same question as `GET /api/v1/readings`, as loaders ask it.
 * @throws Response 400 or 404 with the problem document that the API would give.
 */
export function createPageReadings(deps: { database: Database; clock: Clock }) {
  return async (
    visitor: Visitor,
    query: { signal: string; from: string; to: string; points: number },
  ): Promise<Readings> => {
    const { organisationIds } = visitor;
    const answered = await answerReadings(deps, organisationIds, query);
    if (answered.ok) return answered.value;
    const { refusal } = answered;
    const problem: Problem = {
      type: 'about:blank',
      title: STATUS_CODES[refusal.status] ?? 'Refused',
      instance: '/api/v1/readings',
      ...refusal,
    };
    throw new Response(JSON.stringify(problem), {
      status: refusal.status,
      headers: { 'Content-Type': 'application/problem+json; charset=utf-8' },
    });
  };
}
