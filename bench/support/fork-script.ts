import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface Script {
  readonly pid: number;
  send(message: object): void;
  /** The next message of this type. @throws when the process ends before */
  next<Message extends { type: string }>(type: Message['type']): Promise<Message>;
  stop(): Promise<void>;
}

/** Runs a script of the bench in a process of its own, so that what measures does not slow what is measured. */
export function forkScript(url: URL): Script {
  const child = fork(fileURLToPath(url), [], {
    execArgv: ['--import', 'tsx'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  return talkTo(child, fileURLToPath(url));
}

/** A process of the product, started as `npm start` does. */
export function forkProcess(file: string, env: NodeJS.ProcessEnv, execArgv: string[] = []): Script {
  const child = fork(file, [], { env, execArgv, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  return talkTo(child, file);
}

function talkTo(child: ChildProcess, name: string): Script {
  const received: { type: string }[] = [];
  const waiting: { type: string; resolve: (message: never) => void; reject: (error: Error) => void }[] = [];
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.on('message', (raw: { type: string }) => {
    const index = waiting.findIndex(({ type }) => type === raw.type);
    if (index === -1) received.push(raw);
    else waiting.splice(index, 1)[0]?.resolve(raw as never);
  });
  let ended: Error | null = null;
  child.once('exit', (code, signal) => {
    ended = new Error(`${name} ended (${signal ?? code})`);
    for (const { reject } of waiting.splice(0)) reject(ended);
  });
  return {
    pid: child.pid ?? 0,
    send: (message) => child.send(message),
    next: (type) => {
      const index = received.findIndex((message) => message.type === type);
      const [found] = index === -1 ? [] : received.splice(index, 1);
      if (found !== undefined) return Promise.resolve(found as never);
      if (ended !== null) return Promise.reject(ended);
      return new Promise((resolve, reject) => waiting.push({ type, resolve, reject }));
    },
    stop: async () => {
      if (child.connected) child.send({ type: 'stop' });
      const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
      await gone;
      clearTimeout(timer);
    },
  };
}
