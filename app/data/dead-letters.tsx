import type { DeadLetterItem } from '../../contracts/api/dead-letters.ts';
import { PageLink } from '../shell/page-link.tsx';
import { formatBytes } from '../text/format-bytes.ts';
import { formatStamp } from '../text/format-time.ts';
import { REFUSAL_WORDS } from './refusal-words.ts';

/** What was refused: nothing that a machine said is lost without a word. */
export function DeadLetters(props: {
  letters: { items: DeadLetterItem[]; next: string | null };
  first: boolean;
}) {
  const { items, next } = props.letters;
  return (
    <section className="card" aria-labelledby="dead-letters">
      <h2 id="dead-letters">Dead letters</h2>
      {items.length === 0 && (
        <p className="text-muted">{props.first ? 'Nothing has been refused.' : 'There are no older ones.'}</p>
      )}
      <ul className="letters">
        {items.map((letter) => (
          <DeadLetter key={letter.deadLetterId} letter={letter} />
        ))}
      </ul>
      <p className="paging">
        {!props.first && <PageLink to="/data">‹ Newest</PageLink>}
        {next !== null && <PageLink to={`/data?cursor=${encodeURIComponent(next)}`}>Older ›</PageLink>}
      </p>
    </section>
  );
}

export function DeadLetter({ letter }: { letter: DeadLetterItem }) {
  return (
    <li className="letter">
      <p>
        <b>{REFUSAL_WORDS[letter.reason]}</b> <code className="letter-topic">{letter.topic}</code>
      </p>
      <p className="text-muted">{letter.detail}</p>
      <p className="letter-facts">
        <span>{formatStamp(letter.receivedAt, 'UTC')} UTC</span> <span>{formatBytes(letter.size)}</span>{' '}
        <span>{letter.feed}</span>
      </p>
      {letter.preview !== '' && <pre tabIndex={0}>{letter.preview}</pre>}
    </li>
  );
}
