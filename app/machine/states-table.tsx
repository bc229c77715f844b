import { useState } from 'react';
import type { LiveMachine } from '../../contracts/live.ts';
import { StateIcon } from '../board/state-icon.tsx';
import { STATE_WORDS } from '../board/state-words.ts';
import { useMoment } from '../live/live-site-provider.tsx';
import { formatDuration } from '../text/format-age.ts';
import { formatMoment } from '../text/format-time.ts';
import { capitalise } from '../text/humanise.ts';

const SHOWN_FIRST = 12;

/** The machine's states of the last eight hours, the present one first. */
export function StatesTable({ machine, timeZone }: { machine: LiveMachine; timeZone: string }) {
  const [all, setAll] = useState(false);
  const { states } = machine;
  const rows = states
    .map(([since, state, reason], i) => ({ since, until: states[i + 1]?.[0] ?? null, state, reason }))
    .reverse();
  const newest = states.at(-1)?.[0] ?? 0;
  const shown = all ? rows : rows.slice(0, SHOWN_FIRST);
  return (
    <section className="card" aria-labelledby="states">
      <h2 id="states">States of the last 8 hours</h2>
      {rows.length === 0 ? (
        <p className="text-muted">
          This machine reports no state. It does once it publishes a signal called <code>state</code>.
        </p>
      ) : (
        <div className="table-scroll">
          <table>
            <thead>
              <tr>
                <th scope="col">State</th>
                <th scope="col">Reason</th>
                <th scope="col">From</th>
                <th scope="col">To</th>
                <th scope="col" className="number">
                  For
                </th>
              </tr>
            </thead>
            <tbody>
              {shown.map(({ since, until, state, reason }) => (
                <tr key={since} data-state={state}>
                  <th scope="row">
                    <StateIcon state={state} /> {STATE_WORDS[state]}
                  </th>
                  <td>{reason === null ? '' : capitalise(reason)}</td>
                  <td>{formatMoment(since, newest, timeZone)}</td>
                  <td>{until === null ? 'now' : formatMoment(until, newest, timeZone)}</td>
                  <td className="number">
                    <Lasted since={since} until={until} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {rows.length > SHOWN_FIRST && (
        <button type="button" className="text-button" onClick={() => setAll(!all)}>
          {all ? 'Show fewer' : `Show all ${rows.length}`}
        </button>
      )}
    </section>
  );
}

function Lasted({ since, until }: { since: number; until: number | null }) {
  const text = useMoment((now) => formatDuration((until ?? now) - since));
  return <span suppressHydrationWarning>{text}</span>;
}
