import type { DecodedReading } from '../../telemetry/decode/decoded.ts';
import type { Part } from '../../telemetry/message.ts';
import { splitMessage } from '../../telemetry/split-message.ts';

export const SIGNALS = 200;
const PATH = 'bench/hall/line/machine';

type BenchReading = DecodedReading & { atMicros: number };

/** Batches as ingest hands them to the writer, one reading a message; each signal's readings in order of time. */
export interface BatchMaker {
  /** @param repeats the share of rows that were in the batch before, as redelivery brings them */
  next(count: number, repeats: number): Part[];
}

export function pathOf(n: number): string {
  return `${PATH}-${n % 20}/signal-${n}`;
}

export function createBatchMaker(startMicros: number): BatchMaker {
  let made = 0;
  let before: BenchReading[] = [];
  const fresh = (): BenchReading => {
    const n = made++;
    return {
      path: pathOf(n % SIGNALS),
      kind: 'number',
      value: (n % 9_973) / 8,
      unit: null,
      quality: 'good',
      // 50 readings a second and signal.
      atMicros: startMicros + Math.floor(n / SIGNALS) * 20_000 + (n % SIGNALS),
    };
  };
  return {
    next: (count, repeats) => {
      const repeated = before.slice(0, Math.floor(count * repeats));
      const own = Array.from({ length: count - repeated.length }, fresh);
      const step = repeated.length === 0 ? Infinity : Math.floor(count / repeated.length);
      const readings: BenchReading[] = [];
      for (const [i, reading] of own.entries()) {
        readings.push(reading);
        const again = (i + 1) % step === 0 ? repeated.pop() : undefined;
        if (again !== undefined) readings.push({ ...again });
      }
      before = own;
      return [...readings, ...repeated].map(toPart);
    },
  };
}

const PAYLOAD = Buffer.from('{"value":71.25,"at":1763640000123456}');

function toPart(reading: BenchReading): Part {
  const message = {
    feed: 'bench',
    topic: `plants/${reading.path}`,
    payload: PAYLOAD,
    qos: 1,
    receivedAtMs: Date.now(),
    organisation: null,
    retained: false,
  } as const;
  const [part] = splitMessage(message, { readings: [reading], orders: [], refusals: [] }, 1, () => undefined);
  if (part === undefined) throw new Error('a message of one reading has one part');
  return part;
}
