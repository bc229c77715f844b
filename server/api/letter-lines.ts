import type { DeadLetterItem } from '../../contracts/api/dead-letters.ts';

export const LETTERS_CSV_HEADER =
  'deadLetterId,receivedAt,topic,feed,reason,detail,size,sha256,kept,replayable,replayedAt,replayOutcome,replayReason,preview\n';

/** One letter a line. */
export function lettersToJsonLines(letters: readonly DeadLetterItem[]): string {
  return letters.map((letter) => `${JSON.stringify(letter)}\n`).join('');
}

/** The same as CSV after RFC 4180. */
export function lettersToCsv(letters: readonly DeadLetterItem[]): string {
  return letters
    .map(({ replay, ...letter }) => {
      const cells = [
        String(letter.deadLetterId),
        isoOf(letter.receivedAt),
        letter.topic,
        letter.feed,
        letter.reason,
        letter.detail,
        String(letter.size),
        letter.sha256 ?? '',
        letter.kept,
        letter.replayable,
        replay === null ? '' : isoOf(replay.at),
        replay?.outcome ?? '',
        replay?.reason ?? '',
        letter.preview,
      ];
      return `${cells.map(field).join(',')}\n`;
    })
    .join('');
}

/** A spreadsheet takes what begins with one of these signs for a formula; strangers wrote these texts. */
function field(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function isoOf(ms: number): string {
  return new Date(ms).toISOString();
}
