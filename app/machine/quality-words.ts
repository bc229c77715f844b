/** How far a value can be trusted, in a word. */
export const QUALITY_WORDS = {
  none: 'No value yet',
  stale: 'STALE',
  good: 'Good',
  uncertain: 'Uncertain',
  bad: 'Bad',
} as const;
