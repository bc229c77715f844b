import type { DeadLetterItem, DeadLetterTotals } from '../../contracts/api/dead-letters.ts';

export function describeLetters(letters: readonly DeadLetterItem[], totals: DeadLetterTotals): string {
  const lines = letters.map(describeLetter);
  const gone = totals.overflowed > 0 ? `; ${totals.overflowed} older ones had to go for lack of room` : '';
  return [...lines, `${letters.length} shown of ${totals.letters} kept${gone}.`, ''].join('\n');
}

/** One letter in three lines. */
export function describeLetter(letter: DeadLetterItem): string {
  const { deadLetterId, receivedAt, topic, reason, detail, size, feed, replay, replayRequestedAt } = letter;
  const state =
    replayRequestedAt !== null
      ? 'waits to be replayed'
      : replay === null
        ? `replayable: ${letter.replayable}`
        : `replayed ${new Date(replay.at).toISOString()}: ${replay.outcome}${replay.detail === null ? '' : `, ${replay.detail}`}`;
  return [
    `${deadLetterId}  ${new Date(receivedAt).toISOString()}  ${reason}  ${topic}`,
    `    ${detail}`,
    `    ${size} bytes by ${feed}, sha256 ${letter.sha256 ?? 'unknown'}; ${state}`,
  ].join('\n');
}
