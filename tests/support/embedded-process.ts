import { fork, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { vector } from '@electric-sql/pglite-pgvector';
import { childMessageSchema } from '../../contracts/supervision.ts';
import { socketDirectory } from '../../prisma/embedded/socket-directory.ts';
import { embeddedTemplate } from './template-database.ts';

/** A data directory with a migrated database, to be served by the real process `database`. */
export async function createDataDirectory(): Promise<{
  dataDir: string;
  socketDir: string;
  remove: () => void;
}> {
  const place = emptyDataDirectory();
  const pglite = await PGlite.create({
    dataDir: join(place.dataDir, 'database'),
    extensions: { vector },
    loadDataDir: await embeddedTemplate(true),
  });
  await pglite.close();
  return place;
}

export function emptyDataDirectory(): { dataDir: string; socketDir: string; remove: () => void } {
  const dataDir = mkdtempSync(join(tmpdir(), 'sentia-data-'));
  const socketDir = socketDirectory(dataDir);
  return {
    dataDir,
    socketDir,
    remove: () => {
      rmSync(dataDir, { recursive: true, force: true });
      rmSync(socketDir, { recursive: true, force: true });
    },
  };
}

export interface EmbeddedProcess {
  child: ChildProcess;
  /** What it said last over the supervisor's channel: ready or fatal. */
  outcome: { type: 'ready' | 'fatal'; text: string };
  /** Its exit code, once it has ended. */
  exited: Promise<number | null>;
  /** The supervisor's word to stop. @returns its exit code. */
  stop(): Promise<number | null>;
  kill(): Promise<void>;
}

/** Starts the process `database` as the supervisor does and waits until it is ready or has given up. */
export async function startEmbeddedProcess(dataDir: string): Promise<EmbeddedProcess> {
  const internal = {
    dataDir,
    databaseSocketDir: socketDirectory(dataDir),
    brokerPasswords: {},
    demo: false,
  };
  const child = fork('prisma/embedded/main.ts', [], {
    execArgv: ['--import', 'tsx'],
    env: {
      ...process.env,
      DATABASE_URL: '',
      SENTIA_INTERNAL: JSON.stringify(internal),
      SENTIA_LOG_LEVEL: 'silent',
    },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const outcome = await new Promise<EmbeddedProcess['outcome']>((resolve, reject) => {
    child.on('message', (raw) => {
      const message = childMessageSchema.parse(raw);
      if (message.type === 'ready') resolve({ type: 'ready', text: message.detail });
      if (message.type === 'fatal') resolve({ type: 'fatal', text: message.message });
    });
    child.once('exit', (code) =>
      reject(new Error(`the process database ended with ${code} before it was ready`)),
    );
  });
  return {
    child,
    outcome,
    exited,
    stop: () => {
      if (child.connected) child.send({ type: 'stop' });
      return exited;
    },
    kill: async () => {
      child.kill('SIGKILL');
      await exited;
    },
  };
}
