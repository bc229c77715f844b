import { pino } from 'pino';
import { unexplained, type Accounting } from '../../contracts/accounting.ts';
import { systemClock, type Clock } from '../../contracts/clock.ts';
import type { Database } from '../../contracts/database.ts';
import { createPipeline, type Pipeline } from '../../telemetry/create-pipeline.ts';
import type { FeedMessage } from '../../telemetry/message.ts';
import { ensureOrganisation } from '../../telemetry/registry/ensure-organisation.ts';

export interface TestPipeline extends Pipeline {
  /** Hands a message over as a feed does; objects become JSON. */
  send(topic: string, payload: unknown, over?: Partial<FeedMessage>): Promise<void>;
  positions: number[];
}

export const quietLog = pino({ level: 'silent' });

/** Ingest on a real database, without a broker. The default organisation is `plant`. */
export async function startPipeline(
  database: Database,
  over: Partial<Parameters<typeof createPipeline>[0]> = {},
): Promise<TestPipeline> {
  const clock: Clock = over.clock ?? systemClock;
  await ensureOrganisation(database, { slug: 'plant', name: 'plant', simulated: false }, []);
  const positions: number[] = [];
  const pipeline = await createPipeline({
    database,
    clock,
    log: quietLog,
    writer: 'test-writer',
    defaultOrganisation: 'plant',
    onPosition: (position) => positions.push(position),
    spool: null,
    ...over,
  });
  return {
    ...pipeline,
    positions,
    send: (topic, payload, message) =>
      pipeline.ingest.accept({
        feed: 'test',
        topic,
        payload: toBytes(payload),
        qos: 1,
        receivedAtMs: clock.now(),
        organisation: null,
        retained: false,
        ...message,
      }),
  };
}

function toBytes(payload: unknown): Uint8Array {
  if (payload instanceof Uint8Array) return payload;
  return Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload));
}

/** @throws when a reading is not accounted for. */
export function expectEven(accounting: Accounting): void {
  const missing = unexplained(accounting);
  if (missing !== 0) throw new Error(`${missing} readings are unexplained: ${JSON.stringify(accounting)}`);
}
