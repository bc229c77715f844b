import { pino } from 'pino';
import postgres from 'postgres';
import { systemClock } from '../../contracts/clock.ts';
import type { Database } from '../../contracts/database.ts';
import { clientOptions } from '../../prisma/database-target.ts';
import { openDatabase } from '../../prisma/open-database.ts';
import { createAccount } from '../../telemetry/account.ts';
import { createChunks } from '../../telemetry/chunks/chunks.ts';
import { nativeChunks } from '../../telemetry/chunks/native.ts';
import { timescaleChunks } from '../../telemetry/chunks/timescale.ts';
import type { Lane, Part } from '../../telemetry/message.ts';
import { ensureOrganisation } from '../../telemetry/registry/ensure-organisation.ts';
import { createRegistry } from '../../telemetry/registry/registry.ts';
import { createStore } from '../../telemetry/store-batch.ts';
import { encodeReadings } from '../../telemetry/write/encode-readings.ts';
import { createWriter } from '../../telemetry/writer.ts';
import type { BenchDatabase } from '../support/bench-database.ts';

/** The real writer, and what is measured against it: each takes a batch and resolves once it is committed. */
export interface WriterRig {
  database: Database;
  sql: postgres.Sql;
  write: (parts: Part[], lane?: Lane) => Promise<void>;
  /** Binary COPY and nothing else; null on the embedded database. */
  copy: ((parts: Part[]) => Promise<void>) | null;
  /** One INSERT with as many VALUES as the batch has rows. */
  insertValues: (parts: Part[]) => Promise<void>;
  stored(): number;
  backendPids(): Promise<number[]>;
  close(): Promise<void>;
}

const ORGANISATION = 'plant';
const WRITER = { role: 'sentia_writer' } as const;
/** The controls store under ids that no signal has, so that both fill the same hypertable. */
const CONTROL_IDS = { copy: 1_000_000, values: 2_000_000 };

export async function openWriterRig(bench: BenchDatabase): Promise<WriterRig> {
  const { target } = bench;
  const database = await openDatabase({ target, name: 'bench writer', max: 2 });
  const common = { ...clientOptions(target, 'bench'), max: 1 };
  const sql = target.kind === 'url' ? postgres(target.url, common) : postgres(common);
  await ensureOrganisation(database, { slug: ORGANISATION, name: ORGANISATION, simulated: false }, []);
  const onPosition = () => undefined;
  const clock = systemClock;
  const registry = createRegistry({
    database,
    clock,
    defaultOrganisation: ORGANISATION,
    creationsPerHour: 5_000,
    onPosition,
  });
  await registry.reload();
  const chunks = createChunks({
    database,
    clock,
    engine: database.timescale ? timescaleChunks : nativeChunks,
  });
  const account = createAccount();
  const log = pino({ level: 'silent' });
  const store = createStore({
    database,
    registry,
    chunks,
    writer: 'bench',
    defaultOrganisation: ORGANISATION,
  });
  const { write } = createWriter({ clock, log, account, store, spool: null, onPosition });

  const columns = (parts: Part[], idsFrom: number) => {
    const readings = parts.flatMap((part) => part.readings);
    return {
      ids: readings.map(({ path }) => idsFrom + (registry.signal(path)?.signalId ?? 0)),
      atMicros: readings.map(({ atMicros }) => atMicros ?? 0),
      values: readings.map(({ value }) => (typeof value === 'number' ? value : null)),
      qualities: readings.map(() => 0),
    };
  };
  const copy = async (parts: Part[]) => {
    await database.transaction(WRITER, async (tx) => {
      await tx.copy?.('telemetry.reading', encodeReadings(columns(parts, CONTROL_IDS.copy)));
    });
  };
  const insertValues = async (parts: Part[]) => {
    const { ids, atMicros, values } = columns(parts, CONTROL_IDS.values);
    const rows = ids.map((id, i) => ({
      signal_id: id,
      at: new Date((atMicros[i] ?? 0) / 1000).toISOString(),
      value: values[i] ?? null,
      quality: 0,
    }));
    await sql`INSERT INTO telemetry.reading ${sql(rows)} ON CONFLICT DO NOTHING`;
  };
  return {
    database,
    sql,
    write: async (parts, lane = 'live') => {
      account.taken(parts.length);
      await write(lane, parts);
    },
    copy: database.engine === 'embedded' ? null : copy,
    insertValues,
    stored: () => account.totals.stored,
    backendPids: async () => {
      if (bench.pid !== null) return [bench.pid];
      const rows = await sql<{ pid: number }[]>`
        SELECT pid FROM pg_stat_activity
        WHERE datname = current_database() AND application_name = 'sentia bench writer'`;
      return rows.map(({ pid }) => pid);
    },
    close: async () => {
      await sql.end({ timeout: 1 });
      await database.close();
    },
  };
}
