import type { WriterStatus } from '../../contracts/feed.ts';
import { formatAge } from '../text/format-age.ts';
import { formatCount } from '../text/format-number.ts';

/** Ways in, one row a feed of each writer. */
export function FeedsTable({ writers, at }: { writers: readonly WriterStatus[]; at: number }) {
  return (
    <section className="card" aria-labelledby="feeds">
      <h2 id="feeds">Feeds</h2>
      {writers.length === 0 && (
        <p className="stale-words" role="alert">
          No writer has been heard in the last 10 s: nothing arrives.
        </p>
      )}
      {writers.length > 0 && (
        <div className="table-scroll">
          <table>
            <thead>
              <tr>
                <th scope="col">Feed</th>
                <th scope="col">Address</th>
                <th scope="col">State</th>
                <th scope="col" className="number">
                  Newest message
                </th>
                <th scope="col" className="number">
                  Publishers
                </th>
                <th scope="col">Writer</th>
              </tr>
            </thead>
            <tbody>
              {writers.flatMap((writer) =>
                writer.feeds.map((feed) => (
                  <tr key={`${writer.writer} ${feed.name}`} data-doubt={feed.connected ? undefined : 'stale'}>
                    <th scope="row">
                      {feed.name} <small>{feed.kind === 'embedded' ? 'embedded broker' : 'MQTT'}</small>
                    </th>
                    <td>
                      <code>{feed.address}</code>
                    </td>
                    <td>
                      {feed.connected ? 'Connected' : `Gone: ${feed.detail ?? 'no reason given'}`}{' '}
                      <small>for {formatAge(at - feed.since)}</small>
                    </td>
                    <td className="number">
                      {feed.lastMessageAt === null ? 'none yet' : `${formatAge(at - feed.lastMessageAt)} ago`}
                    </td>
                    <td className="number">{feed.clients === null ? '–' : formatCount(feed.clients)}</td>
                    <td>
                      <code>{writer.writer}</code>
                    </td>
                  </tr>
                )),
              )}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
