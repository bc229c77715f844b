import { usePolled } from '../live/use-polled.ts';
import { Page } from '../shell/page.tsx';
import { formatCount } from '../text/format-number.ts';
import { formatStamp } from '../text/format-time.ts';
import { AccountingTable } from './accounting-table.tsx';
import { BatchesTable } from './batches-table.tsx';
import { DeadLetters } from './dead-letters.tsx';
import { FeedsTable } from './feeds-table.tsx';
import { queryOf } from './letter-filter.ts';
import { JobsTable } from './jobs-table.tsx';
import type { DataNow } from './load-data.ts';

/** Where the readings come from, how they are stored, and that none is missing. */
export function DataPage(props: { initial: DataNow; said: string | null; banner: string | null }) {
  const { initial, said, banner } = props;
  const { answer, failing } = usePolled(`/data/now${queryOf(initial.asked, initial.cursor)}`, initial);
  const readingsPerS = answer.writers.reduce((sum, writer) => sum + writer.readingsPerS, 0);
  return (
    <Page
      title="Data"
      banner={banner}
      aside={
        <p className="as-of" data-stale={failing || undefined} suppressHydrationWarning>
          {failing ? 'STALE: the server does not answer. ' : ''}
          As of {formatStamp(answer.at, 'UTC')} UTC
        </p>
      }
    >
      <dl className="figures">
        <Figure term="Readings a second" value={formatCount(readingsPerS)} />
        <Figure term="Ledger position" value={formatCount(answer.position)} />
        <Figure term="Stored in all" value={formatCount(answer.ledger.stored)} />
        <Figure term="Refused in all" value={formatCount(answer.ledger.deadLettered)} />
      </dl>
      <FeedsTable writers={answer.writers} at={answer.at} />
      <AccountingTable writers={answer.writers} ledger={answer.ledger} />
      <BatchesTable writers={answer.writers} />
      <JobsTable writers={answer.writers} at={answer.at} />
      <DeadLetters now={answer} said={said} />
    </Page>
  );
}

function Figure({ term, value }: { term: string; value: string }) {
  return (
    <div>
      <dt>{term}</dt>
      <dd>{value}</dd>
    </div>
  );
}
