import type { RefusalReason } from '../../contracts/api/dead-letters.ts';
import type { StampedReading } from '../decode/decoded.ts';
import type { Part, TakenMessage } from '../message.ts';
import type { Replayed } from '../replay/settle-replays.ts';
import type { KnownSignal } from '../registry/registry.ts';

/** Where a row came from, should it turn out to be a conflict. */
export interface Source {
  part: Part;
  reading: StampedReading;
  known: KnownSignal;
}

/** Rows for one table as columns, as `unnest` takes them. Qualities are indices in `QUALITIES`. */
export interface Rows<Value> {
  ids: number[];
  atMicros: number[];
  values: Value[];
  qualities: number[];
  sources: Source[];
}

export function emptyRows<Value>(): Rows<Value> {
  return { ids: [], atMicros: [], values: [], qualities: [], sources: [] };
}

/** @returns the rows whose index `keep` accepts. */
export function selectRows<Value>(rows: Rows<Value>, keep: (index: number) => boolean): Rows<Value> {
  const kept = emptyRows<Value>();
  rows.sources.forEach((source, i) => {
    if (!keep(i)) return;
    kept.ids.push(rows.ids[i] ?? 0);
    kept.atMicros.push(rows.atMicros[i] ?? 0);
    kept.qualities.push(rows.qualities[i] ?? 0);
    kept.values.push(rows.values[i] as Value);
    kept.sources.push(source);
  });
  return kept;
}

/** A row of `telemetry.dead_letter` to be. */
export interface Letter {
  organisationId: number | null;
  message: TakenMessage;
  reason: RefusalReason;
  detail: string;
  /** The refused element where another letter of the message carries the payload; null for the payload itself. */
  excerpt: string | null;
  /** Which element of its message it is (`elementOf`); null for all of it, or where that is not known. */
  element: number | null;
}

export interface PreparedOrder {
  organisationId: number;
  siteId: number;
  lineId: number;
  order: string;
  product: string;
  quantity: number;
  plannedFromMs: number;
  plannedToMs: number;
  idealCycleS: number;
  receivedAtMs: number;
}

/** A batch ready to be stored: ids known, times stamped, each (signal, at) once. */
export interface Prepared {
  messages: number;
  received: number;
  numbers: Rows<number | null>;
  texts: Rows<string>;
  orders: PreparedOrder[];
  refused: Letter[];
  conflicts: Letter[];
  duplicate: number;
  /** Messages out of the dead letters. What is refused of them is among `refused` and `conflicts`, and is no new letter. */
  replayed: Replayed[];
  /** Every organisation that the rows belong to: storing stops when one is gone. */
  organisationIds: number[];
}
