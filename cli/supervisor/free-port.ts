import { createServer } from 'node:net';

/**
 * The port itself, or, for 0, one that is free now: chosen before any process starts, so that all of them and the
 * summary name the same.
 */
export function choosePort(port: number, host: string): Promise<number> {
  if (port !== 0) return Promise.resolve(port);
  const probe = createServer();
  return new Promise((resolve, reject) => {
    probe.once('error', reject);
    probe.listen({ port: 0, host }, () => {
      const address = probe.address();
      probe.close(() => {
        if (address === null || typeof address === 'string') reject(new Error('the system gave no port'));
        else resolve(address.port);
      });
    });
  });
}
