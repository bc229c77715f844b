import type { Logger } from 'pino';
import type { Clock } from '../contracts/clock.ts';
import type { Database } from '../contracts/database.ts';
import { createAccount } from './account.ts';
import { createChunks, type Chunks } from './chunks/chunks.ts';
import { nativeChunks } from './chunks/native.ts';
import { timescaleChunks } from './chunks/timescale.ts';
import { createIngest, INGEST_LIMITS, type Ingest, type IngestLimits } from './ingest.ts';
import { createRegistry, type Registry } from './registry/registry.ts';
import type { Spool } from './spool/spool.ts';
import { createStore } from './store-batch.ts';
import { createWriter, type WriterHealth } from './writer.ts';

export interface Pipeline {
  ingest: Ingest;
  registry: Registry;
  chunks: Chunks;
  health: WriterHealth;
  /** Resolves when nothing is being stored any more. To be called once `ingest` is drained. */
  stop: () => Promise<void>;
}

/** New signals that strangers' names may create in an hour. */
const CREATIONS_PER_HOUR = 5_000;

/** Puts the way of a message together: ingest → batcher → registry and chunks → writer. The default organisation must exist. */
export async function createPipeline(deps: {
  database: Database;
  clock: Clock;
  log: Logger;
  /** This writer's name in the ledger, the same after every start. */
  writer: string;
  defaultOrganisation: string;
  onPosition: (position: number) => void;
  /** null: batches wait for the database, however long it is away. */
  spool: Spool | null;
  creationsPerHour?: number;
  limits?: IngestLimits;
  /** Reads a message; default: the plain forms. */
  decode?: Parameters<typeof createIngest>[0]['decode'];
}): Promise<Pipeline> {
  const { database, clock, log, writer, defaultOrganisation, onPosition } = deps;
  const registry = createRegistry({
    database,
    clock,
    defaultOrganisation,
    creationsPerHour: deps.creationsPerHour ?? CREATIONS_PER_HOUR,
    onPosition,
  });
  await registry.reload();
  const engine = database.timescale ? timescaleChunks : nativeChunks;
  const chunks = createChunks({ database, clock, engine });
  const account = createAccount();
  const { spool } = deps;
  if (spool !== null) account.restored(spool.status());
  const store = createStore({ database, registry, chunks, writer, defaultOrganisation });
  const { write, status, stop } = createWriter({ clock, log, account, store, spool, onPosition });
  const decode = deps.decode === undefined ? {} : { decode: deps.decode };
  const ingest = createIngest({ clock, account, limits: deps.limits ?? INGEST_LIMITS, write, ...decode });
  return { ingest, registry, chunks, health: status, stop };
}
