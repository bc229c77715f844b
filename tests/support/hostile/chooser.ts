import { seededRandom } from '../seeded-random.ts';

/** Chance that is the same for the same seed. */
export interface Chooser {
  /** A whole number in [0, below). */
  int(below: number): number;
  chance(share: number): boolean;
  /** @throws when the list is empty */
  pick<T>(list: readonly T[]): T;
  /** Up to `most` things, at least `least`. */
  some<T>(least: number, most: number, make: () => T): T[];
}

export function createChooser(seed: number): Chooser {
  const random = seededRandom(seed);
  const int = (below: number) => Math.floor(random() * below);
  return {
    int,
    chance: (share) => random() < share,
    pick: (list) => {
      const index = int(list.length);
      if (!(index in list)) throw new Error('there is nothing to pick from');
      return list[index] as (typeof list)[number];
    },
    some: (least, most, make) => Array.from({ length: least + int(most - least + 1) }, make),
  };
}
