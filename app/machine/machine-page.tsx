import { useSearchParams } from '@remix-run/react';
import { useEffect, useState } from 'react';
import type { Snapshot } from '../../contracts/live.ts';
import { LiveSiteProvider, useLiveSite, useLiveStatus, usePicture } from '../live/live-site-provider.tsx';
import { rangeNamed, type View } from '../trend/ranges.ts';
import { findMachine, type MachinePlace } from './find-machine.ts';
import { MachineHead } from './machine-head.tsx';
import { SignalPanel } from './signal-panel.tsx';
import { StatesTable } from './states-table.tsx';
import { TextSignals } from './text-signals.tsx';
import { ViewPicker } from './view-picker.tsx';

export function MachinePage(props: { snapshot: Snapshot; place: MachinePlace }) {
  return (
    <LiveSiteProvider initial={props.snapshot}>
      <MachineOfSite {...props} />
    </LiveSiteProvider>
  );
}

function MachineOfSite({ snapshot, place }: { snapshot: Snapshot; place: MachinePlace }) {
  const picture = usePicture(snapshot);
  const status = useLiveStatus();
  const liveSite = useLiveSite();
  const [search, setSearch] = useSearchParams();
  const [range, setRange] = useState(() => rangeNamed(search.get('range')));
  const [view, setView] = useState<View>({ kind: 'live', rangeMs: range.ms, asOf: snapshot.at });
  useEffect(
    () =>
      liveSite.onRenewed(() =>
        setView((before) => (before.kind === 'live' ? { ...before, asOf: liveSite.now() } : before)),
      ),
    [liveSite],
  );
  const { site } = picture;
  const found = findMachine(picture, place);
  const { timeZone } = site;
  const numbers = found?.machine.signals.filter((signal) => signal.kind !== 'text') ?? [];
  const texts = found?.machine.signals.filter((signal) => signal.kind === 'text') ?? [];
  return (
    <div className="board machine-page" data-status={status.kind}>
      <MachineHead picture={picture} place={place} found={found} />
      <main className="machine-body">
        {found === null ? (
          <p className="text-muted">This machine is no longer part of {site.name}.</p>
        ) : (
          <>
            <section aria-label="Trends">
              <ViewPicker
                view={view}
                range={range}
                timeZone={timeZone}
                onRange={(chosen) => {
                  setRange(chosen);
                  setView({ kind: 'live', rangeMs: chosen.ms, asOf: liveSite.now() });
                  setSearch({ range: chosen.name }, { replace: true, preventScrollReset: true });
                }}
                onView={setView}
              />
              {numbers.length === 0 && <p className="text-muted">This machine publishes no numbers.</p>}
              <div className="signal-panels">
                {numbers.map((signal) => (
                  <SignalPanel
                    key={signal.signalId}
                    signal={signal}
                    view={view}
                    timeZone={timeZone}
                    onView={setView}
                  />
                ))}
              </div>
            </section>
            {texts.length > 0 && <TextSignals signals={texts} timeZone={timeZone} />}
            <StatesTable machine={found.machine} timeZone={timeZone} />
          </>
        )}
      </main>
    </div>
  );
}
