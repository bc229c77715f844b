import { Form, useNavigation } from '@remix-run/react';
import type { DeadLetterItem, DeadLetterTotals } from '../../contracts/api/dead-letters.ts';
import { PageLink } from '../shell/page-link.tsx';
import { formatBytes } from '../text/format-bytes.ts';
import { formatCount } from '../text/format-number.ts';
import { DeadLetter } from './dead-letter.tsx';
import { LetterFilterForm } from './letter-filter-form.tsx';
import { downloadQueryOf, isFiltered, queryOf } from './letter-filter.ts';
import type { DataNow } from './load-data.ts';

/** What was refused: nothing that a machine said is lost without a word, and after a fix it can be taken in again. */
export function DeadLetters({ now, said }: { now: DataNow; said: string | null }) {
  const { letters, letterTotals, asked, cursor, writers } = now;
  const { items, next } = letters;
  const filtered = isFiltered(asked);
  const replaying = useNavigation().formMethod === 'POST';
  const download = `/api/v1/dead-letters`;
  return (
    <section className="card" aria-labelledby="dead-letters">
      <h2 id="dead-letters">Dead letters</h2>
      <Totals totals={letterTotals} />
      <LetterFilterForm asked={asked} writers={writers} />
      <p role="status" className="letter-said">
        {said ?? ''}
      </p>
      {items.length === 0 && <p className="text-muted">{emptyWords(filtered, cursor, next)}</p>}
      <Form method="post" action={`/data${queryOf(asked, cursor)}`} preventScrollReset>
        <div className="letter-tools" hidden={items.length === 0}>
          <button type="submit" className="button" name="intent" value="selected" disabled={replaying}>
            Replay selected
          </button>
          {filtered && (
            <button
              type="submit"
              className="button"
              data-quiet
              name="intent"
              value="all"
              disabled={replaying}
            >
              Replay all that match
            </button>
          )}
          <a href={`${download}.jsonl${downloadQueryOf(asked)}`} download>
            Download as JSON lines
          </a>
          <a href={`${download}.csv${downloadQueryOf(asked)}`} download>
            as CSV
          </a>
        </div>
        <ul className="letters">
          {items.map((letter) => (
            <DeadLetter
              key={letter.deadLetterId}
              letter={letter}
              actions={<Actions letter={letter} replaying={replaying} />}
            />
          ))}
        </ul>
      </Form>
      <p className="paging">
        {cursor !== null && <PageLink to={`/data${queryOf(asked, null)}`}>‹ Newest</PageLink>}
        {next !== null && <PageLink to={`/data${queryOf(asked, next)}`}>Older ›</PageLink>}
      </p>
    </section>
  );
}

/** What can be done with one letter, or why it cannot be replayed. */
function Actions({ letter, replaying }: { letter: DeadLetterItem; replaying: boolean }) {
  const { deadLetterId: id, topic, replayable } = letter;
  return (
    <p className="letter-actions">
      {replayable === 'yes' && (
        <>
          <label>
            <input type="checkbox" name="letter" value={id} aria-label={`Select the letter of ${topic}`} />{' '}
            Select
          </label>
          <button
            type="submit"
            className="text-button"
            name="only"
            value={id}
            aria-label={`Replay the letter of ${topic}`}
            disabled={replaying}
          >
            Replay
          </button>
        </>
      )}
      <a href={`/api/v1/dead-letters/payload?id=${id}`} download className="text-button">
        Download payload
      </a>
      {NOT_REPLAYABLE[replayable] !== null && (
        <span className="text-muted">{NOT_REPLAYABLE[replayable]}</span>
      )}
    </p>
  );
}

const NOT_REPLAYABLE: Record<DeadLetterItem['replayable'], string | null> = {
  yes: null,
  replayed: null,
  unowned: 'Nobody owns it: it cannot be replayed.',
  session: 'It means nothing without its Sparkplug session: it cannot be replayed.',
  incomplete: 'Its payload is not kept whole: it cannot be replayed.',
};

function Totals({ totals }: { totals: DeadLetterTotals }) {
  const { letters, bytes, overflowed, expired } = totals;
  const gone = [
    ...(overflowed > 0 ? [`${formatCount(overflowed)} older ones had to go for lack of room`] : []),
    ...(expired > 0 ? [`${formatCount(expired)} went after 90 days`] : []),
  ];
  return (
    <p className="text-muted">
      {formatCount(letters)} kept in {formatBytes(bytes)}
      {gone.length > 0 && <b data-wrong={overflowed > 0 || undefined}>; {gone.join(', ')}</b>}.
    </p>
  );
}

function emptyWords(filtered: boolean, cursor: string | null, next: string | null): string {
  if (next !== null) return 'None found so far. Go on with the older ones.';
  if (filtered) return 'None is like that.';
  return cursor === null ? 'Nothing has been refused.' : 'There are no older ones.';
}
