import { useState } from 'react';
import type { SignalPath } from '../../contracts/slug.ts';
import type { AppContext } from '../../server/app-context.ts';
import { DeadLetter } from '../data/dead-letter.tsx';
import { usePolled } from '../live/use-polled.ts';
import { siteAddress } from '../shell/addresses.ts';
import { Page } from '../shell/page.tsx';
import { PageLink } from '../shell/page-link.tsx';
import { Arrivals } from './arrivals.tsx';
import { Command } from './command.tsx';
import type { ConnectNow } from './load-connect.ts';
import { mosquittoCommand, nameProblem, npxCommand, topicOf } from './publish-command.ts';

const FIRST: SignalPath = {
  site: 'my-site',
  area: 'hall-1',
  line: 'line-1',
  machine: 'press',
  signal: 'temperature',
};
const LEVELS = ['site', 'area', 'line', 'machine', 'signal'] as const;

/** How a machine gets in: where to, with what, and at once whether it worked. */
export function ConnectPage(props: { now: ConnectNow; broker: AppContext['broker']; banner: string | null }) {
  const { broker } = props;
  const { answer, failing } = usePolled('/connect/now', props.now);
  const [path, setPath] = useState(FIRST);
  const problems = LEVELS.flatMap((level) => {
    const problem = nameProblem(level, path[level]);
    return problem === null ? [] : [{ level, problem }];
  });
  const target = { host: broker.host, port: broker.port, secure: /^(mqtts|wss):/.test(broker.url) };
  return (
    <Page title="Connect a machine" banner={props.banner}>
      <div className="connect">
        <section className="card" aria-labelledby="publish">
          <h2 id="publish">Publish a value over MQTT</h2>
          <p className="text-muted">
            {broker.embedded
              ? 'Sentia brings its own broker. Send to'
              : 'Sentia listens on your broker. Send to'}{' '}
            <code>{broker.url}</code>
            {broker.embedded ? ', which takes publishers of this machine without a password.' : '.'} Sites,
            lines, machines and signals are created when they are first seen.
          </p>
          <fieldset className="path-fields">
            <legend>Where the signal stands in your plant</legend>
            {LEVELS.map((level) => (
              <label key={level}>
                <span>{level}</span>
                <input
                  value={path[level]}
                  maxLength={100}
                  spellCheck={false}
                  autoComplete="off"
                  aria-invalid={problems.some((problem) => problem.level === level)}
                  onChange={(event) => setPath({ ...path, [level]: event.target.value })}
                />
              </label>
            ))}
          </fieldset>
          {problems.map(({ level, problem }) => (
            <p key={level} className="problem" role="alert">
              {level}: {problem}
            </p>
          ))}
          <p className="topic">
            Topic <code>{topicOf(path)}</code>
          </p>
          <Command label="With mosquitto_pub" command={mosquittoCommand(target, path, '71.2')} />
          <Command label="Without it, from Sentia's folder" command={npxCommand(target, path, '71.2')} />
          <Command
            label="With a unit and the time it was measured, so that sending twice stores once"
            command={mosquittoCommand(
              target,
              path,
              `{"value": 71.2, "unit": "Cel", "at": "${new Date(props.now.at).toISOString()}"}`,
            )}
          />
        </section>
        <section className="card" aria-labelledby="arrives">
          <h2 id="arrives">What arrives now</h2>
          {failing && (
            <p className="stale-words" role="alert">
              STALE: the server does not answer.
            </p>
          )}
          <Arrivals now={answer} />
          {answer.ownSites.length > 0 && (
            <p className="paging">
              {answer.ownSites.map(({ site, name }) => (
                <PageLink key={site} to={siteAddress(site)}>
                  Board of {name} ›
                </PageLink>
              ))}
            </p>
          )}
        </section>
        <section className="card" aria-labelledby="refused">
          <h2 id="refused">What was refused</h2>
          {answer.letters.length === 0 && <p className="text-muted">Nothing has been refused.</p>}
          <ul className="letters">
            {answer.letters.map((letter) => (
              <DeadLetter key={letter.deadLetterId} letter={letter} />
            ))}
          </ul>
          <p className="paging">
            <PageLink to="/data">All dead letters ›</PageLink>
          </p>
        </section>
      </div>
    </Page>
  );
}
