import type { Settings } from '../../contracts/environment.ts';
import { BROKER_USER } from '../../contracts/simulated-plant.ts';
import { connectBroker, withoutPassword } from '../broker/connect-broker.ts';
import { roundTrip } from '../broker/round-trip.ts';
import { whyNotListen } from '../launch/ports.mjs';
import type { Running } from '../supervisor/running-file.ts';
import { broken, idle, ok, type Finding } from './finding.ts';

/** Connects as Sentia does and sends a message to one of Sentia's own topics, which is what the bell needs. */
export async function checkBroker(settings: Settings, running: Running | null): Promise<Finding> {
  if (settings.mqttUrl !== null) {
    return tryBroker(
      { url: settings.mqttUrl, ca: settings.mqttCa },
      'Let this user publish and read sentia/#.',
    );
  }
  if (running !== null && running.mqttPort !== null) {
    const credentials = {
      username: BROKER_USER.server,
      password: running.brokerPasswords[BROKER_USER.server] ?? '',
    };
    const url = `mqtt://127.0.0.1:${running.mqttPort}`;
    return tryBroker({ url, ca: null, credentials }, 'Look into logs/telemetry.log in the data directory.');
  }
  const reason = await whyNotListen({ port: settings.mqttPort, host: '127.0.0.1' });
  if (reason === null) return idle('broker', `embedded; starts with Sentia on port ${settings.mqttPort}`);
  return broken(
    'broker',
    `port ${settings.mqttPort} for the embedded broker is taken (${reason})`,
    'Stop the program that has it, choose another with SENTIA_MQTT_PORT, or name that broker with MQTT_URL.',
  );
}

async function tryBroker(
  address: Parameters<typeof connectBroker>[0],
  adviceOnSilence: string,
): Promise<Finding> {
  const shown = withoutPassword(address.url);
  const broker = await connectBroker(address);
  if (!broker.ok) return broken('broker', `${shown} cannot be used`, broker.reason);
  const tookMs = await roundTrip(broker.client);
  await broker.client.endAsync(true);
  return tookMs === null
    ? broken('broker', `${shown} does not hand on messages under sentia/`, adviceOnSilence)
    : ok('broker', `${shown}, MQTT ${broker.protocol}, a message comes back in ${Math.ceil(tookMs)} ms`);
}
