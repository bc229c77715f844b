import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { openSpool } from '../../telemetry/spool/open-spool.ts';

// Appends one reading after the other to the spool in argv[2], telling how many are on disk, until it is killed.
const spool = await openSpool({
  directory: process.argv[2] ?? '',
  maxBytes: 1024 * 1024 * 1024,
  log: pino({ level: 'silent' }),
});
for (let i = spool.status().readings; ; i++) {
  const reading = {
    ...{ path: 'a/b/c/d/e', kind: 'number' as const, value: i, unit: null },
    ...{ quality: 'good' as const, atMicros: i },
  };
  const message = {
    ...{ feed: 'test', topic: 'plants/a/b/c/d/e', receivedAtMs: i, organisation: null, size: 1 },
    ...{ payload: Buffer.from(String(i)), payloadKept: false },
    ...{ sha256: null, site: null, replay: null, retained: false },
  };
  const part = {
    ...{ message, readings: [reading], orders: [], refusals: [] },
    ...{ messages: 1 as const, counted: 1, count: 1, bytes: 100 },
  };
  await spool.append({ batchId: randomUUID(), uncertain: false, parts: [part] });
  process.send?.(i + 1);
}
