import { unexplained } from '../../contracts/accounting.ts';
import type { WriterStatus } from '../../contracts/feed.ts';
import type { LedgerTotal } from '../../server/app-context.ts';
import { formatCount } from '../text/format-number.ts';

/** Guarantee 3 as a sum anyone can check: what was received is stored, refused, or on its way. */
export function AccountingTable({
  writers,
  ledger,
}: {
  writers: readonly WriterStatus[];
  ledger: LedgerTotal;
}) {
  const columns = [
    ...writers.map(({ writer, accounting }) => ({
      name: `Writer ${writer}, since its start`,
      ...accounting,
    })),
    { name: 'Ledger, in all', ...ledger, shed: null, inFlight: null },
  ];
  return (
    <section className="card" aria-labelledby="accounting">
      <h2 id="accounting">Accounting, in readings</h2>
      <div className="table-scroll">
        <table>
          <thead>
            <tr>
              <th scope="col">What became of them</th>
              {columns.map(({ name }) => (
                <th key={name} scope="col" className="number">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {TERMS.map(({ key, words, sign }) => (
              <tr key={key} data-sum={key === 'received' || undefined}>
                <th scope="row">
                  {words} {sign !== '' && <small>{sign}</small>}
                </th>
                {columns.map((column) => (
                  <td key={column.name} className="number">
                    {column[key] === null ? '–' : formatCount(column[key])}
                  </td>
                ))}
              </tr>
            ))}
            <tr data-sum>
              <th scope="row">Unexplained</th>
              {columns.map(({ name, shed, inFlight, ...terms }) => {
                const rest = unexplained({ ...terms, shed: shed ?? 0, inFlight: inFlight ?? 0 });
                return (
                  <td key={name} className="number" data-wrong={rest !== 0 || undefined}>
                    {formatCount(rest)}
                  </td>
                );
              })}
            </tr>
          </tbody>
        </table>
      </div>
    </section>
  );
}

const TERMS = [
  { key: 'messages', words: 'Messages', sign: '' },
  { key: 'received', words: 'Received', sign: '=' },
  { key: 'stored', words: 'Stored', sign: '' },
  { key: 'duplicate', words: 'Duplicates', sign: '+' },
  { key: 'conflict', words: 'Conflicts', sign: '+' },
  { key: 'deadLettered', words: 'Dead letters', sign: '+' },
  { key: 'shed', words: 'Shed (QoS 0 only)', sign: '+' },
  { key: 'inFlight', words: 'In flight', sign: '+' },
] as const;
