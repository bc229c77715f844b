/**
 * Finds how often a (signal, time) pair occurs again, exactly and in constant memory, for rows in any order. First
 * pass (`mark`): a filter remembers which times may occur in more than one place of the file; a file in order leaves
 * it empty. Second pass (`count`, only when something was found): the cells at those times are compared one by one,
 * as many times at once as the bound allows; more need the pass again.
 */
export interface RepeatFinder {
  mark(micros: number): void;
  /** Ends the first pass; how many times the second must run, 0 when no pair repeats. */
  passes(cellsARow: number): number;
  count(pass: number, micros: number, column: number, value: number | string): void;
  /** Forgets the cells of a pass. */
  endPass(): void;
  readonly repeats: { same: number; different: number };
}

const MAX_CELLS_A_PASS = 400_000;
const MAX_BITS = 2 ** 28;
const BITS_A_ROW = 64;

/** @param rows how many rows will be marked at most */
export function createRepeatFinder(rows: number): RepeatFinder {
  const bits = Math.min(MAX_BITS, 2 ** Math.ceil(Math.log2(Math.max(1024, rows * BITS_A_ROW))));
  const seen = new Uint32Array(bits / 32);
  const again = new Uint32Array(bits / 32);
  const repeats = { same: 0, different: 0 };
  let first = new Map<string, number | string>();
  let before: number | null = null;
  let newest = -Infinity;
  let suspects = 0;
  let adjacent = false;
  let passCount = 1;
  // The present run of rows with one time, for times that occur in one place only.
  let runMicros: number | null = null;
  let run = new Map<number, number | string>();

  const isSet = (filter: Uint32Array, bit: number) => ((filter[bit >>> 5] ?? 0) & (1 << (bit & 31))) !== 0;
  const set = (filter: Uint32Array, bit: number) => {
    filter[bit >>> 5] = (filter[bit >>> 5] ?? 0) | (1 << (bit & 31));
  };
  const isSuspect = (micros: number) =>
    suspects > 0 && isSet(again, hash(micros, 1) % bits) && isSet(again, hash(micros, 2) % bits);

  function compare<Key>(cells: Map<Key, number | string>, key: Key, value: number | string) {
    const known = cells.get(key);
    if (known === undefined) cells.set(key, value);
    else if (known === value) repeats.same += 1;
    else repeats.different += 1;
  }

  return {
    repeats,
    mark: (micros) => {
      if (micros === before) {
        adjacent = true;
        return;
      }
      before = micros;
      const a = hash(micros, 1) % bits;
      const b = hash(micros, 2) % bits;
      if (micros <= newest && isSet(seen, a) && isSet(seen, b)) {
        suspects += 1;
        set(again, a);
        set(again, b);
      }
      newest = Math.max(newest, micros);
      set(seen, a);
      set(seen, b);
    },
    passes: (cellsARow) => {
      if (suspects === 0 && !adjacent) return 0;
      // Twice: a suspect time stands in at least two places, and the first was not counted.
      passCount = Math.max(1, Math.ceil((2 * suspects * cellsARow) / MAX_CELLS_A_PASS));
      return passCount;
    },
    count: (pass, micros, column, value) => {
      if (isSuspect(micros)) {
        if (hash(micros, 3) % passCount === pass) compare(first, `${micros}:${column}`, value);
        return;
      }
      if (pass !== 0) return;
      if (micros !== runMicros) {
        runMicros = micros;
        run = new Map();
      }
      compare(run, column, value);
    },
    endPass: () => {
      first = new Map();
      run = new Map();
      runMicros = null;
    },
  };
}

/** Mixes both halves of the number (murmur3's finaliser); `seed` gives independent hashes. */
function hash(micros: number, seed: number): number {
  let h = (micros >>> 0) ^ Math.imul(Math.floor(micros / 4_294_967_296) + seed * 0x51ed2701, 0x9e3779b1);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
