import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { root } from '../../cli/launch/root.mjs';
import { healthSchema } from '../../contracts/health.ts';

const summarySchema = z.object({ url: z.string(), mqttUrl: z.string(), pid: z.number().int() });

export interface RunningSentia {
  port: number;
  mqttPort: number;
  /** Epoch milliseconds when it said where it runs. */
  announcedAt: number;
  pidOf(part: string): Promise<number>;
  stop(): Promise<void>;
}

/** The whole product as a person starts it, on free ports and a data directory of its own. */
export async function startSentia(options: {
  dataDir: string;
  demo: boolean;
  cwd?: string;
  port?: number;
}): Promise<RunningSentia> {
  const env: NodeJS.ProcessEnv = {
    NODE_ENV: 'production',
    PATH: process.env['PATH'],
    HOME: process.env['HOME'],
    PORT: String(options.port ?? 0),
    SENTIA_MQTT_PORT: '0',
    SENTIA_DATA_DIR: options.dataDir,
    SENTIA_DEMO: options.demo ? 'on' : 'off',
    SENTIA_LOG_LEVEL: 'warn',
  };
  const child = spawn(process.execPath, ['cli/sentia.mjs', 'start', '--json'], {
    cwd: options.cwd ?? root,
    env,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const gone = once(child, 'exit');
  const line = await Promise.race([
    once(createInterface({ input: child.stdout }), 'line').then(([text]) => String(text)),
    gone.then(() => {
      throw new Error(`sentia start ended; see ${options.dataDir}/logs`);
    }),
  ]);
  const announcedAt = performance.timeOrigin + performance.now();
  const summary = summarySchema.parse(JSON.parse(line));
  return {
    port: Number(new URL(summary.url).port),
    mqttPort: Number(new URL(summary.mqttUrl).port),
    announcedAt,
    pidOf: async (part) => {
      const health = healthSchema.parse(await (await fetch(`${summary.url}healthz`)).json());
      const pid = health.parts?.[part]?.pid;
      if (pid === undefined) throw new Error(`healthz names no pid of ${part}`);
      return pid;
    },
    stop: async () => {
      child.kill('SIGTERM');
      await gone;
    },
  };
}
