import { refusalReasonSchema, type DeadLetterFilter } from '../../contracts/api/dead-letters.ts';

/** What the page's form asks for, as it stands in the address; '' where a field is empty. Times are UTC, as the page's are. */
export interface AskedLetters {
  reason: string;
  topic: string;
  feed: string;
  from: string;
  to: string;
}

const FIELDS = ['reason', 'topic', 'feed', 'from', 'to'] as const;
const LOCAL_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?$/;

export function askedOf(query: URLSearchParams): AskedLetters {
  const field = (name: keyof AskedLetters) => (query.get(name) ?? '').trim().slice(0, 200);
  return {
    reason: refusalReasonSchema.safeParse(field('reason')).success ? field('reason') : '',
    topic: field('topic'),
    feed: field('feed'),
    from: timeOf(field('from')) === null ? '' : field('from'),
    to: timeOf(field('to')) === null ? '' : field('to'),
  };
}

/** The same as the server asks for it. */
export function filterOf(asked: AskedLetters): DeadLetterFilter {
  const reason = refusalReasonSchema.safeParse(asked.reason);
  return {
    reason: reason.success ? reason.data : null,
    topic: asked.topic === '' ? null : asked.topic,
    feed: asked.feed === '' ? null : asked.feed,
    sinceMs: timeOf(asked.from),
    untilMs: timeOf(asked.to),
  };
}

export function isFiltered(asked: AskedLetters): boolean {
  return FIELDS.some((field) => asked[field] !== '');
}

/** As the query of the page's own address; '' when nothing is asked for. */
export function queryOf(asked: AskedLetters, cursor: string | null): string {
  const query = new URLSearchParams();
  for (const field of FIELDS) if (asked[field] !== '') query.set(field, asked[field]);
  if (cursor !== null) query.set('cursor', cursor);
  const text = query.toString();
  return text === '' ? '' : `?${text}`;
}

/** As the query of the API's downloads, which asks for times with a zone. */
export function downloadQueryOf(asked: AskedLetters): string {
  const zoned = (time: string) => (time === '' ? '' : `${time}Z`);
  return queryOf({ ...asked, from: zoned(asked.from), to: zoned(asked.to) }, null);
}

function timeOf(text: string): number | null {
  const ms = LOCAL_TIME.test(text) ? Date.parse(`${text}Z`) : Number.NaN;
  return Number.isNaN(ms) ? null : ms;
}
