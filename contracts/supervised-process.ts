import { supervisorMessageSchema, type ChildMessage, type Processes } from './supervision.ts';

export interface SupervisedProcess {
  ready(detail: string, port?: number): void;
  status(detail: string): void;
  /** Says why this process cannot work and ends it with exit code 2; the supervisor does not restart it. */
  fatal(message: string): void;
  readonly supervised: boolean;
}

/**
 * The child's half of supervision. Under a supervisor SIGINT and SIGTERM are left to it (a terminal sends Ctrl-C to
 * the whole group) and `stop` runs on its word or when its channel closes; alone, the signals stop the process.
 * `stop` runs once and the process exits 0 after it, or 1 when it throws or takes longer than 8 s.
 */
export function superviseProcess(options: {
  stop: () => Promise<void>;
  onProcesses?: (processes: Processes) => void;
}): SupervisedProcess {
  const supervised = typeof process.send === 'function';
  let stopping = false;
  const stopOnce = () => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(1), 8_000).unref();
    options.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  };
  const onSignal = supervised ? () => undefined : stopOnce;
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  if (supervised) {
    const onDisconnect = () => {
      // Nobody reads our output any more, and a log that is flushed at exit into a closed pipe waits for ever.
      process.prependListener('exit', () => process.kill(process.pid, 'SIGKILL'));
      stopOnce();
    };
    process.on('disconnect', onDisconnect);
    // The supervisor may have gone while this process was still loading: then the event is already past.
    if (!process.connected) setImmediate(onDisconnect);
    process.on('message', (raw) => {
      const message = supervisorMessageSchema.parse(raw);
      if (message.type === 'stop') stopOnce();
      else options.onProcesses?.(message.processes);
    });
  }
  const send = (message: ChildMessage) => {
    if (process.connected) process.send?.(message);
  };
  return {
    supervised,
    ready: (detail, port) => send({ type: 'ready', detail, ...(port === undefined ? {} : { port }) }),
    status: (detail) => send({ type: 'status', detail }),
    fatal: (message) => {
      if (!supervised) console.error(message);
      send({ type: 'fatal', message });
      setTimeout(() => process.exit(2), 50);
    },
  };
}
