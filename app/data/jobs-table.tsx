import type { WriterStatus } from '../../contracts/feed.ts';
import { formatAge } from '../text/format-age.ts';

/** What each writer repeats beside taking readings in, and whether it works. */
export function JobsTable({ writers, at }: { writers: readonly WriterStatus[]; at: number }) {
  if (writers.every((writer) => writer.jobs.length === 0)) return null;
  return (
    <section className="card" aria-labelledby="jobs">
      <h2 id="jobs">Jobs</h2>
      <div className="table-scroll">
        <table>
          <thead>
            <tr>
              <th scope="col">Job</th>
              <th scope="col">State</th>
              <th scope="col" className="number">
                Last done
              </th>
              <th scope="col">Writer</th>
            </tr>
          </thead>
          <tbody>
            {writers.flatMap(({ writer, jobs }) =>
              jobs.map(({ name, lastOkAt, failure }) => (
                <tr key={`${writer} ${name}`} data-doubt={failure === null ? undefined : 'stale'}>
                  <th scope="row">{name}</th>
                  <td>
                    {failure === null
                      ? 'Works'
                      : `Fails for ${formatAge(at - failure.since)}: ${failure.message}`}
                  </td>
                  <td className="number">
                    {lastOkAt === null ? 'not yet' : `${formatAge(at - lastOkAt)} ago`}
                  </td>
                  <td>
                    <code>{writer}</code>
                  </td>
                </tr>
              )),
            )}
          </tbody>
        </table>
      </div>
    </section>
  );
}
