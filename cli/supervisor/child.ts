// Runs one process of Sentia for as long as it is wanted, and starts it again when it dies. It must never start one
// that said it cannot work (`fatal`), nor leave one behind.
import { fork, type ChildProcess } from 'node:child_process';
import type { z } from 'zod';
import type { Clock } from '../../contracts/clock.ts';
import {
  childMessageSchema,
  type Processes,
  type ProcessName,
  type processStatusSchema,
  type SupervisorMessage,
} from '../../contracts/supervision.ts';
import { backOffMs } from './back-off.ts';
import { followOutput, type FollowedOutput } from './child-output.ts';
import type { LogFile } from './log-file.ts';

type ProcessStatus = z.infer<typeof processStatusSchema>;

/** Deaths in a row before it was ever ready, after which a start is given up. */
const MAX_FAILED_STARTS = 3;

export interface ChildOptions {
  name: ProcessName;
  /** The script that is run. */
  file: string;
  cwd: string;
  env: NodeJS.ProcessEnv;
  clock: Clock;
  log: LogFile;
  /** Says a line to the person at the terminal. */
  show: (line: string) => void;
  onChange: () => void;
  onFatal: (message: string) => void;
}

export interface Child {
  readonly name: ProcessName;
  status(): ProcessStatus;
  /** Whether what it says of itself is what it said when it became ready: nothing is under way. */
  isSettled(): boolean;
  /** Resolves when the process says it is ready. @throws when it dies three times before, or cannot work. */
  start(): Promise<void>;
  /** Stops it and starts it again, with these variables changed; resolves when it is ready. */
  restart(changes: Record<string, string>): Promise<void>;
  tell(processes: Processes): void;
  /** Asks it to end, and kills it when it has not within `withinMs`; resolves when it is gone. */
  stop(withinMs: number): Promise<void>;
  kill(): void;
}

export function createChild(options: ChildOptions): Child {
  const { name, clock, log, show } = options;
  let env = options.env;
  let running: ChildProcess | null = null;
  let wanted = false;
  let everReady = false;
  let deathsInARow = 0;
  let restarts = 0;
  let waitedMs: number | null = null;
  let cancelRestart: () => void = () => undefined;
  let state: ProcessStatus['status'] = 'stopped';
  let detail = 'not started';
  let readyDetail: string | null = null;
  let whenReady: { resolve: () => void; reject: (error: Error) => void } | null = null;
  let whenGone: (() => void) | null = null;

  function change(next: ProcessStatus['status'], nextDetail: string) {
    state = next;
    detail = nextDetail;
    options.onChange();
  }

  function spawn() {
    const startedAt = clock.now();
    // Detached, so that no signal of the terminal reaches it: it hears of the end from its supervisor alone.
    const child = fork(options.file, [], {
      cwd: options.cwd,
      env,
      detached: true,
      execArgv: ['--enable-source-maps'],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    running = child;
    if (child.stdout === null || child.stderr === null) throw new Error('a child was forked without pipes');
    const output = followOutput({ name, stdout: child.stdout, stderr: child.stderr, file: log, clock, show });
    child.on('message', (raw) => hear(raw, output));
    // A message to a child that has just died; its end is handled by "close".
    child.on('error', (error) => log.write(`supervisor: ${error.message}`));
    child.on('close', (code, signal) => {
      running = null;
      const how = signal === null ? `with code ${code}` : `by ${signal}`;
      ended(how, output, clock.now() - startedAt);
    });
    change(restarts === 0 ? 'starting' : 'restarting', restarts === 0 ? 'starting' : 'starting again');
  }

  function hear(raw: unknown, output: FollowedOutput) {
    const parsed = childMessageSchema.safeParse(raw);
    if (!parsed.success) {
      log.write(`supervisor: a message that is none: ${JSON.stringify(raw)}`);
      return;
    }
    const message = parsed.data;
    if (message.type === 'fatal') {
      wanted = false;
      change('stopped', message.message);
      options.onFatal(message.message);
      whenReady?.reject(new Error(message.message));
      whenReady = null;
    } else if (message.type === 'status') {
      change(state, message.detail);
    } else {
      everReady = true;
      output.release();
      deathsInARow = 0;
      readyDetail = message.detail;
      if (restarts > 0 && state === 'restarting') show(`${name} is back.`);
      change('running', message.detail);
      whenReady?.resolve();
      whenReady = null;
    }
  }

  function ended(how: string, output: FollowedOutput, ranForMs: number) {
    if (!wanted) {
      if (state !== 'stopped') change('stopped', 'stopped');
      whenGone?.();
      whenGone = null;
      return;
    }
    deathsInARow += 1;
    const words = output.lastWords();
    const reason = words === null ? '' : ` (${words.trim().slice(0, 300)})`;
    if (!everReady && deathsInARow >= MAX_FAILED_STARTS) {
      wanted = false;
      change('stopped', `ended ${how}`);
      whenReady?.reject(
        new Error(`${name} does not start: it ended ${how}${reason}. Its log is ${log.path}`),
      );
      whenReady = null;
      return;
    }
    waitedMs = backOffMs(waitedMs, ranForMs);
    restarts += 1;
    show(`${name} ended ${how}${reason}; starting it again. Its log is ${log.path}`);
    change('restarting', `ended ${how}; starting again`);
    cancelRestart = clock.after(waitedMs, spawn);
  }

  function start() {
    wanted = true;
    return new Promise<void>((resolve, reject) => {
      whenReady = { resolve, reject };
      spawn();
    });
  }

  function stop(withinMs: number) {
    wanted = false;
    cancelRestart();
    const child = running;
    if (child === null) {
      if (state !== 'stopped') change('stopped', 'stopped');
      return Promise.resolve();
    }
    return new Promise<void>((resolve) => {
      const cancelKill = clock.after(withinMs, () => {
        log.write(`supervisor: did not end within ${withinMs} ms and is killed`);
        child.kill('SIGKILL');
      });
      whenGone = () => {
        cancelKill();
        resolve();
      };
      send({ type: 'stop' });
    });
  }

  function send(message: SupervisorMessage) {
    // A child that is going away has closed its channel; "close" tells the rest.
    if (running?.connected === true) running.send(message, () => undefined);
  }

  return {
    name,
    status: () => ({ pid: running?.pid ?? null, status: state, detail, restarts }),
    isSettled: () => state === 'running' && detail === readyDetail,
    start,
    restart: async (changes) => {
      await stop(5_000);
      env = { ...env, ...changes };
      restarts += 1;
      await start();
    },
    tell: (processes) => send({ type: 'processes', processes }),
    stop,
    kill: () => {
      wanted = false;
      cancelRestart();
      running?.kill('SIGKILL');
    },
  };
}
