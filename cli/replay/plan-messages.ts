import type { SignalColumn } from './choose-signals.ts';

export interface RowReading {
  signal: string;
  /** The value as JSON. */
  json: string;
}

export interface PlannedMessage {
  topic: string;
  payload: string;
  readings: number;
  /** Rows whose last reading is in this message. */
  rows: number;
}

export interface PlanOptions {
  topic: string;
  signals: readonly SignalColumn[];
  /** `row`: a message is one row; `array`: rows together up to the bounds. */
  shape: 'row' | 'array';
}

/** Far below what brokers and Sentia accept; one lost connection repeats little. */
const MAX_READINGS = 1_000;
const MAX_CHARACTERS = 48_000;

export interface MessagePlan {
  /** @returns messages that are full now */
  add(at: string, readings: readonly RowReading[]): PlannedMessage[];
  /** @returns what is left over */
  end(): PlannedMessage[];
}

/**
 * Joins rows to messages on the machine's topic: `{"at","values"}`, or an array of those. A signal's declared unit goes
 * with its first reading, as `{"value","unit"}`. The order of readings of one signal stays as it is in the file.
 */
export function createMessagePlan(options: PlanOptions): MessagePlan {
  const units = new Map(
    options.signals.flatMap(({ signal, unit }) => (unit === null ? [] : [[signal, unit] as const])),
  );
  let entries: string[] = [];
  let characters = 0;
  let readings = 0;
  let rows = 0;

  function withUnit(reading: RowReading): RowReading {
    const unit = units.get(reading.signal);
    if (unit === undefined) return reading;
    units.delete(reading.signal);
    return { signal: reading.signal, json: `{"value":${reading.json},"unit":${JSON.stringify(unit)}}` };
  }

  function flush(): PlannedMessage[] {
    if (entries.length === 0) return [];
    const payload = options.shape === 'row' ? entries.join() : `[${entries.join(',')}]`;
    const message = { topic: options.topic, payload, readings, rows };
    entries = [];
    characters = 0;
    readings = 0;
    rows = 0;
    return [message];
  }

  function isFull(more: number, length: number): boolean {
    return options.shape === 'row' || readings + more > MAX_READINGS || characters + length > MAX_CHARACTERS;
  }

  return {
    end: flush,
    add: (at, all) => {
      const full: PlannedMessage[] = [];
      const pieces = piecesOf(all.map(withUnit));
      pieces.forEach((piece, i) => {
        const values = piece.map(({ signal, json }) => `${JSON.stringify(signal)}:${json}`).join(',');
        const entry = `{"at":"${at}","values":{${values}}}`;
        if (isFull(piece.length, entry.length)) full.push(...flush());
        entries.push(entry);
        characters += entry.length + 1;
        readings += piece.length;
        if (i === pieces.length - 1) rows += 1;
      });
      if (options.shape === 'row') full.push(...flush());
      return full;
    },
  };
}

/** A row too wide for one message is published in several with the same time. */
function piecesOf(readings: readonly RowReading[]): RowReading[][] {
  const pieces: RowReading[][] = [];
  let characters = 0;
  for (const reading of readings) {
    const last = pieces[pieces.length - 1];
    const length = reading.signal.length + reading.json.length + 6;
    if (last === undefined || last.length >= MAX_READINGS || characters + length > MAX_CHARACTERS) {
      pieces.push([reading]);
      characters = length;
    } else {
      last.push(reading);
      characters += length;
    }
  }
  return pieces;
}
