import { ClassicLevel } from 'classic-level';
import type { Logger } from 'pino';
import { z } from 'zod';
import { createTurns } from '../take-turns.ts';
import { encodeRecord, readHead, readParts, type RecordHead } from './record.ts';
import { SpoolFull, type Spool, type SpooledGroup, type SpooledPart, type SpoolStatus } from './spool.ts';

// Keeps batches on disk in a LevelDB, each write synced before it is answered. It must never lose a batch that it took,
// nor give the same batch out under two batch ids, whenever the process is killed.

interface Entry {
  sequence: number;
  head: RecordHead;
  bytes: number;
}

/** Which batches are being stored under which id; on disk before the database is asked. */
const intentSchema = z.object({ batchId: z.string(), lastSequence: z.number().int() });
type Intent = z.infer<typeof intentSchema>;

const INTENT = 'intent';
const BATCH = 'batch:';
const DAMAGED = 'damaged:';
/** Sorts after every key of a prefix. */
const END = '~';
/** Compressed. More would be much memory at once. */
const MAX_GROUP_BYTES = 1024 * 1024;

const keyOf = (sequence: number) => BATCH + String(sequence).padStart(16, '0');

/** @throws when the directory cannot be opened even after a repair, or is open elsewhere. */
export async function openSpool(options: {
  directory: string;
  maxBytes: number;
  log: Logger;
}): Promise<Spool> {
  const { directory, maxBytes, log } = options;
  const level = new ClassicLevel<string, Uint8Array>(directory, { valueEncoding: 'view' });
  await openOrRepair(level, directory, log);
  const found = await readEntries(level);
  const entries = found.entries;
  const damaged = found.damaged;
  if (damaged > 0) log.error({ damaged, directory }, 'the spool holds records that cannot be read');
  let bytes = entries.reduce((sum, entry) => sum + entry.bytes, 0);
  let last = found.lastSequence;
  const stillThere = (found: Intent | null) =>
    found !== null && entries.some(({ sequence }) => sequence <= found.lastSequence) ? found : null;
  let intent = stillThere(await readIntent(level));
  /** Whether the intent is that of a process before: its transaction may have committed. */
  let inherited = intent !== null;
  let problem: string | null = null;
  let reopen = false;
  /** One after the other, so that batches stand there in the order of their sequence and none can slip below an intent. */
  const inTurn = createTurns();

  async function write(work: () => Promise<void>): Promise<void> {
    try {
      // After a failed write LevelDB takes no more until it is opened again.
      if (reopen) {
        await level.close();
        await level.open();
        reopen = false;
      }
      await work();
      problem = null;
    } catch (error) {
      problem = messageOf(error);
      reopen = true;
      throw error;
    }
  }

  /** Which entries the next transaction takes: those of an intent that stands, else as many as fit. */
  function choose(maxReadings: number): Entry[] {
    const [first] = entries;
    if (first === undefined) return [];
    if (intent !== null) {
      const { lastSequence } = intent;
      return entries.filter(({ sequence }) => sequence <= lastSequence);
    }
    if (first.head.uncertain) return [first];
    const chosen: Entry[] = [];
    let readings = 0;
    let size = 0;
    for (const entry of entries) {
      readings += entry.head.readings;
      size += entry.bytes;
      const full = readings > maxReadings || size > MAX_GROUP_BYTES;
      if (chosen.length > 0 && (full || entry.head.uncertain)) break;
      chosen.push(entry);
    }
    return chosen;
  }

  function status(): SpoolStatus {
    return {
      readings: entries.reduce((sum, { head }) => sum + head.readings, 0),
      messages: entries.reduce((sum, { head }) => sum + head.messages, 0),
      batches: entries.length,
      bytes,
      maxBytes,
      oldestAtMs: entries[0]?.head.oldestAtMs ?? null,
      damaged,
      problem,
    };
  }

  return {
    append: (batch) =>
      inTurn(async () => {
        const record = await encodeRecord(batch);
        if (bytes + record.byteLength > maxBytes)
          throw new SpoolFull(`the spool holds ${bytes} of ${maxBytes} bytes`);
        const head = readHead(record);
        if (head === null) throw new Error('a record for the spool cannot be read back');
        const sequence = last + 1;
        await write(() => level.put(keyOf(sequence), record, { sync: true }));
        last = sequence;
        bytes += record.byteLength;
        entries.push({ sequence, head, bytes: record.byteLength });
      }),

    next: async (maxReadings) => {
      const chosen = choose(maxReadings);
      const [first] = chosen;
      const lastSequence = chosen.at(-1)?.sequence;
      if (first === undefined || lastSequence === undefined) return null;
      const uncertain = inherited || first.head.uncertain;
      if (intent === null) {
        const wish: Intent = { batchId: first.head.batchId, lastSequence };
        await inTurn(() => write(() => level.put(INTENT, Buffer.from(JSON.stringify(wish)), { sync: true })));
        intent = wish;
      }
      const records = await level.getMany(chosen.map(({ sequence }) => keyOf(sequence)));
      const { batchId } = intent;
      const parts: SpooledPart[] = [];
      for (const record of records) if (record !== undefined) parts.push(...(await readParts(record)));
      return { batchId, uncertain, parts, lastSequence };
    },

    remove: async ({ lastSequence }: SpooledGroup) => {
      const gone = entries.filter(({ sequence }) => sequence <= lastSequence);
      await inTurn(() =>
        write(() =>
          level.batch(
            [
              ...gone.map(({ sequence }) => ({ type: 'del' as const, key: keyOf(sequence) })),
              { type: 'del' as const, key: INTENT },
            ],
            { sync: true },
          ),
        ),
      );
      entries.splice(0, gone.length);
      bytes -= gone.reduce((sum, entry) => sum + entry.bytes, 0);
      intent = null;
      inherited = false;
      // What was deleted takes room until LevelDB merges its files.
      if (entries.length === 0) await level.compactRange(BATCH, BATCH + END);
    },

    status,
    close: () => level.close(),
  };
}

async function openOrRepair(
  level: ClassicLevel<string, Uint8Array>,
  directory: string,
  log: Logger,
): Promise<void> {
  try {
    await level.open();
  } catch (error) {
    if (!/corrupt/i.test(messageOf(error))) throw new Error(messageOf(error), { cause: error });
    log.error({ err: error, directory }, 'the spool is damaged and is being repaired');
    await ClassicLevel.repair(directory);
    await level.open();
  }
}

/** Reads every record once: what is not as it was written is set aside, what is missing counted. */
async function readEntries(
  level: ClassicLevel<string, Uint8Array>,
): Promise<{ entries: Entry[]; damaged: number; lastSequence: number }> {
  const entries: Entry[] = [];
  let lastSequence = 0;
  for await (const [key, record] of level.iterator({ gte: BATCH, lt: BATCH + END })) {
    lastSequence = Number(key.slice(BATCH.length));
    const head = readHead(record);
    if (head !== null) entries.push({ sequence: lastSequence, head, bytes: record.byteLength });
    else await setAside(level, key, record);
  }
  const aside = await level.keys({ gte: DAMAGED, lt: DAMAGED + END }).all();
  // Sequences are dense: what is missing between those that can be read was lost by the disk.
  const lost = entries.reduce((sum, { sequence }, i) => {
    const before = entries[i - 1]?.sequence ?? sequence - 1;
    return sum + sequence - before - 1;
  }, 0);
  return { entries, damaged: Math.max(lost, aside.length), lastSequence };
}

async function setAside(
  level: ClassicLevel<string, Uint8Array>,
  key: string,
  record: Uint8Array,
): Promise<void> {
  await level.batch(
    [
      { type: 'put', key: DAMAGED + key, value: record },
      { type: 'del', key },
    ],
    { sync: true },
  );
}

async function readIntent(level: ClassicLevel<string, Uint8Array>): Promise<Intent | null> {
  const bytes = await level.get(INTENT);
  return bytes === undefined ? null : intentSchema.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
}

/** LevelDB's reason stands in the cause. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}
