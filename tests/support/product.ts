import { expect, vi } from 'vitest';
import { healthSchema } from '../../contracts/health.ts';
import { startSentia, temporaryDataDir } from './run-sentia.ts';

/** The built product as `npm start` runs it, on free ports, with a data directory of its own. */
export interface Product {
  url: string;
  mqttPort: number;
  dataDir: string;
  /** Waits until the page stands: in a new data directory the plant's machines come one by one. */
  serves(address: string): Promise<void>;
  /** The processes that it supervises, by name. */
  pids(): Promise<Record<string, number>>;
  stop(): Promise<void>;
}

export async function startProduct({ env = {} }: { env?: Record<string, string> } = {}): Promise<Product> {
  const { dataDir, remove } = temporaryDataDir();
  const running = await startSentia({ SENTIA_DATA_DIR: dataDir, ...env });
  const url = running.url.replace(/\/$/, '');
  return {
    url,
    async serves(address) {
      const ok = async () => expect((await fetch(url + address)).status, address).toBe(200);
      await vi.waitFor(ok, { timeout: 60_000, interval: 100 });
    },
    dataDir,
    mqttPort: Number(new URL(running.mqttUrl).port),
    async pids() {
      const answer = await fetch(new URL('/healthz', running.url));
      const { parts = {} } = healthSchema.parse(await answer.json());
      return Object.fromEntries(
        Object.entries(parts).flatMap(([name, { pid }]) => (pid === undefined ? [] : [[name, pid]])),
      );
    },
    async stop() {
      if (running.process.exitCode === null) await running.stop();
      remove();
    },
  };
}
