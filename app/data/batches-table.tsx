import type { WriterStatus } from '../../contracts/feed.ts';
import { formatCount } from '../text/format-number.ts';

/** How readings are gathered into transactions, and by what each was closed. */
export function BatchesTable({ writers }: { writers: readonly WriterStatus[] }) {
  if (writers.length === 0) return null;
  return (
    <section className="card" aria-labelledby="batches">
      <h2 id="batches">Batches</h2>
      <div className="table-scroll">
        <table>
          <thead>
            <tr>
              <th scope="col">Writer</th>
              {HEADINGS.map((heading) => (
                <th key={heading} scope="col" className="number">
                  {heading}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {writers.map(
              ({
                writer,
                batches,
                buffered,
                maxBuffered,
                spool,
                strays,
                creationsRefused,
                databaseError,
              }) => (
                <tr key={writer} data-doubt={databaseError === null ? undefined : 'stale'}>
                  <th scope="row">
                    <code>{writer}</code>
                    {databaseError !== null && (
                      <p className="stale-words">The database said: {databaseError}</p>
                    )}
                  </th>
                  {[batches.count, batches.byCount, batches.byBytes, batches.byAge, batches.bySilence].map(
                    (count, i) => (
                      <td key={i} className="number">
                        {formatCount(count)}
                      </td>
                    ),
                  )}
                  <td className="number">
                    {formatCount(batches.lastReadings)} in {batches.lastCommitMs.toFixed(1)} ms
                  </td>
                  <td className="number">
                    {formatCount(buffered)} of {formatCount(maxBuffered)}
                  </td>
                  <td
                    className="number"
                    data-wrong={spool.problem !== null || spool.damaged > 0 || undefined}
                  >
                    {formatCount(spool.readings)} in {(spool.bytes / MEGABYTE).toFixed(1)} of{' '}
                    {formatCount(spool.maxBytes / MEGABYTE)} MB
                    {spool.problem !== null && <p className="stale-words">The disk said: {spool.problem}</p>}
                    {spool.damaged > 0 && <p>{formatCount(spool.damaged)} records damaged</p>}
                  </td>
                  <td className="number" data-wrong={strays > 0 || undefined}>
                    {formatCount(strays)}
                  </td>
                  <td className="number">{formatCount(creationsRefused)}</td>
                </tr>
              ),
            )}
          </tbody>
        </table>
      </div>
    </section>
  );
}

const MEGABYTE = 1024 * 1024;
const HEADINGS = [
  'Batches',
  'by count',
  'by bytes',
  'by age',
  'by silence',
  'Last batch',
  'Waiting',
  'In the spool',
  'Strays',
  'Creations refused',
];
