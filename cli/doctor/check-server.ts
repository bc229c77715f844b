import { healthSchema } from '../../contracts/health.ts';
import type { Settings } from '../../contracts/environment.ts';
import { whyNotListen } from '../launch/ports.mjs';
import type { Running } from '../supervisor/running-file.ts';
import { broken, idle, ok, type Finding } from './finding.ts';

const ANSWER_WITHIN_MS = 3_000;

/** Asks the running server how its parts fare; where none runs, whether one could. */
export async function checkServer(settings: Settings, running: Running | null): Promise<Finding> {
  if (running === null) {
    const reason = await whyNotListen(settings);
    if (reason === null) return idle('server', 'Sentia is not running; `npm start` starts it');
    return broken(
      'server',
      `port ${settings.port} is taken by another program (${reason})`,
      'Stop that program, or choose another port with PORT.',
    );
  }
  const advice = 'Look into logs/server.log in the data directory; a part that is starting needs a moment.';
  try {
    const answer = await fetch(new URL('/healthz', running.url), {
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    const health = healthSchema.parse(await answer.json());
    const ailing = Object.entries(health.parts ?? {}).filter(([, part]) => part.status !== 'ok');
    if (health.status === 'ok') return ok('server', `${running.url} says that all parts work`);
    return broken(
      'server',
      ailing.map(([name, part]) => `${name} ${part.status}: ${part.detail}`).join('; '),
      advice,
    );
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    return broken('server', `${running.url} does not answer (${said})`, advice);
  }
}
