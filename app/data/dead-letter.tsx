import type { ReactNode } from 'react';
import type { DeadLetterItem } from '../../contracts/api/dead-letters.ts';
import { formatBytes } from '../text/format-bytes.ts';
import { formatStamp } from '../text/format-time.ts';
import { REFUSAL_WORDS } from './refusal-words.ts';

/** One message, or an element of one, that could not be stored: what it was, why, and what became of it since. */
export function DeadLetter({ letter, actions }: { letter: DeadLetterItem; actions?: ReactNode }) {
  return (
    <li className="letter">
      <p>
        <b>{REFUSAL_WORDS[letter.reason]}</b> <code className="letter-topic">{letter.topic}</code>
      </p>
      <p className="text-muted">{letter.detail}</p>
      <Replay letter={letter} />
      <p className="letter-facts">
        <span>{formatStamp(letter.receivedAt, 'UTC')} UTC</span> <span>{formatBytes(letter.size)}</span>{' '}
        <span>{letter.feed}</span>
        {letter.sha256 !== null && (
          <span title={`SHA-256 ${letter.sha256}`}>SHA-256 {letter.sha256.slice(0, 12)}…</span>
        )}
        {letter.kept !== 'whole' && <span>{KEPT[letter.kept]}</span>}
      </p>
      {letter.preview !== '' && <pre tabIndex={0}>{letter.preview}</pre>}
      {actions}
    </li>
  );
}

const KEPT = {
  element: 'the refused element of a larger message',
  beginning: 'only its beginning is kept',
} as const;

function Replay({ letter }: { letter: DeadLetterItem }) {
  const { replay, replayRequestedAt } = letter;
  if (replayRequestedAt !== null) return <p className="letter-replay">Waits to be replayed</p>;
  if (replay === null) return null;
  const at = `${formatStamp(replay.at, 'UTC')} UTC`;
  if (replay.outcome === 'stored') return <p className="letter-replay">Replayed at {at}: stored</p>;
  if (replay.outcome === 'duplicate')
    return <p className="letter-replay">Replayed at {at}: it was stored already</p>;
  const partly = replay.stored + replay.duplicate > 0 ? ', but for a part that was stored' : '';
  return (
    <p className="letter-replay" data-refused>
      Replayed at {at}: refused again{partly}
      {replay.detail === letter.detail ? ', for the same reason.' : `: ${replay.detail ?? ''}`}
    </p>
  );
}
