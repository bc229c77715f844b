import { createServer } from 'node:net';

/**
 * @param {{ port: number, host: string }} address
 * @returns {Promise<string | null>} null when it can be listened on, else the system's reason, like "EADDRINUSE"
 */
export function whyNotListen({ port, host }) {
  if (port === 0) return Promise.resolve(null);
  const probe = createServer();
  return new Promise((resolve) => {
    probe.once('error', (/** @type {NodeJS.ErrnoException} */ error) => resolve(error.code ?? error.message));
    probe.listen({ port, host, exclusive: true }, () => probe.close(() => resolve(null)));
  });
}

/**
 * @param {{ port: number, host: string, mqttPort: number, mqttUrl: string | null }} settings
 * @returns {Promise<string[]>} one line per port that Sentia cannot have
 */
export async function portMistakes({ port, host, mqttPort, mqttUrl }) {
  const wanted = [
    { setting: 'PORT', use: 'the pages', port, host },
    ...(mqttUrl === null
      ? [{ setting: 'SENTIA_MQTT_PORT', use: 'the MQTT broker', port: mqttPort, host: '127.0.0.1' }]
      : []),
  ];
  const lines = await Promise.all(
    wanted.map(async ({ setting, use, ...address }) => {
      const reason = await whyNotListen(address);
      if (reason === null) return [];
      const instead = `Choose another with ${setting}=<port>, or stop the program that has it.`;
      if (reason === 'EADDRINUSE') return [`Port ${address.port} for ${use} is already in use. ${instead}`];
      return [`Port ${address.port} for ${use} cannot be opened on ${address.host} (${reason}). ${instead}`];
    }),
  );
  return lines.flat();
}
