import { Form } from '@remix-run/react';
import type { WriterStatus } from '../../contracts/feed.ts';
import { PageLink } from '../shell/page-link.tsx';
import { isFiltered, type AskedLetters } from './letter-filter.ts';
import { REFUSAL_WORDS } from './refusal-words.ts';

/** Which letters to show. A plain GET form: the address tells the filter, so it can be kept and handed on. */
export function LetterFilterForm({
  asked,
  writers,
}: {
  asked: AskedLetters;
  writers: readonly WriterStatus[];
}) {
  const known = writers.flatMap((writer) => writer.feeds.map((feed) => feed.name));
  const feeds = [...new Set([...known, ...(asked.feed === '' ? [] : [asked.feed])])].sort();
  return (
    <Form method="get" action="/data" className="letter-filter" aria-label="Which dead letters to show">
      <label>
        <span>Reason</span>
        <select name="reason" defaultValue={asked.reason}>
          <option value="">Any</option>
          {Object.entries(REFUSAL_WORDS).map(([reason, words]) => (
            <option key={reason} value={reason}>
              {words}
            </option>
          ))}
        </select>
      </label>
      <label>
        <span>Topic holds</span>
        <input
          name="topic"
          defaultValue={asked.topic}
          maxLength={200}
          spellCheck={false}
          autoComplete="off"
        />
      </label>
      <label>
        <span>Feed</span>
        <select name="feed" defaultValue={asked.feed}>
          <option value="">Any</option>
          {feeds.map((feed) => (
            <option key={feed}>{feed}</option>
          ))}
        </select>
      </label>
      <label>
        <span>Arrived from, UTC</span>
        <input type="datetime-local" name="from" defaultValue={asked.from} />
      </label>
      <label>
        <span>until, UTC</span>
        <input type="datetime-local" name="to" defaultValue={asked.to} />
      </label>
      <div className="letter-filter-buttons">
        <button type="submit" className="button" data-quiet>
          Show
        </button>
        {isFiltered(asked) && <PageLink to="/data#dead-letters">Show all</PageLink>}
      </div>
    </Form>
  );
}
