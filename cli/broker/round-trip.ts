import { randomUUID } from 'node:crypto';
import type { MqttClient } from 'mqtt';

const WITHIN_MS = 3_000;

/**
 * Publishes to a topic of Sentia's own and waits to hear it: what the bell needs.
 * @returns milliseconds it took, or null when nothing came back in time
 */
export async function roundTrip(client: MqttClient): Promise<number | null> {
  const topic = `sentia/v1/doctor/${randomUUID()}`;
  const beganAt = performance.now();
  const heard = new Promise<boolean>((resolve) => {
    const timer = setTimeout(() => resolve(false), WITHIN_MS).unref();
    client.on('message', (of) => {
      if (of !== topic) return;
      clearTimeout(timer);
      resolve(true);
    });
  });
  try {
    await client.subscribeAsync(topic, { qos: 1 });
    await client.publishAsync(topic, 'doctor', { qos: 1 });
  } catch {
    // Refused: then nothing will be heard, which is the finding.
    return null;
  }
  return (await heard) ? performance.now() - beganAt : null;
}
