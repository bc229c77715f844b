import type { Lane } from '../message.ts';

/**
 * How the numbers of a batch are stored: `copy` takes all of them or none; `look` asks first which stand already and
 * copies the others; `insert` needs to know nothing before, and is slower.
 */
export type Way = 'copy' | 'look' | 'insert';

export interface CopyChoice {
  wayOf(lane: Lane, rows: number): Way;
  /** The way of batches after one that met rows, and of its own second try. */
  readonly whenMet: Way;
  /** A batch was copied without looking. */
  copied(lane: Lane): void;
  /** A batch could not be copied without looking, since some of its rows stand already. */
  metRows(lane: Lane): void;
}

/** A COPY takes one more round trip than an INSERT. */
const LEAST_ROWS = 100;
/** What is sent again comes in runs: after meeting rows so many batches go the other way, ever more while it goes on. */
const FIRST_LOOKS = 4;
const MAX_LOOKS = 16;

/** @param whenMet native partitions are fastest looking first; a TimescaleDB hypertable answers too slowly for that. */
export function createCopyChoice(whenMet: 'look' | 'insert'): CopyChoice {
  const lanes: Record<Lane, { looks: number; left: number }> = {
    live: { looks: FIRST_LOOKS, left: 0 },
    late: { looks: FIRST_LOOKS, left: 0 },
  };
  return {
    whenMet,
    wayOf: (lane, rows) => {
      const state = lanes[lane];
      if (rows < LEAST_ROWS) return 'insert';
      if (state.left === 0) return 'copy';
      state.left--;
      return whenMet;
    },
    copied: (lane) => {
      lanes[lane].looks = FIRST_LOOKS;
    },
    metRows: (lane) => {
      const state = lanes[lane];
      state.left = state.looks;
      state.looks = Math.min(state.looks * 2, MAX_LOOKS);
    },
  };
}
