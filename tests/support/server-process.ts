import { fork, type ChildProcess } from 'node:child_process';
import {
  childMessageSchema,
  type ChildMessage,
  type SupervisorMessage,
} from '../../contracts/supervision.ts';

export interface ServerProcess {
  child: ChildProcess;
  messages: ChildMessage[];
  /** What it prints: log lines. */
  output(): string;
  /** The first message of this kind, past or to come. */
  heard<Type extends ChildMessage['type']>(type: Type): Promise<Extract<ChildMessage, { type: Type }>>;
  tell(message: SupervisorMessage): void;
  exited: Promise<number | null>;
  /** The supervisor's word to stop. @returns the exit code. */
  stop(): Promise<number | null>;
  kill(): Promise<void>;
}

/** Starts the process `server` from source as the supervisor does. */
export function startServerProcess(environment: Record<string, string>): ServerProcess {
  const child = fork('server/main.ts', [], {
    execArgv: ['--import', 'tsx'],
    env: { ...process.env, DATABASE_URL: '', MQTT_URL: '', SENTIA_LOG_LEVEL: 'warn', ...environment },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const messages: ChildMessage[] = [];
  const waiting = new Set<() => void>();
  let output = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.on('message', (raw) => {
    messages.push(childMessageSchema.parse(raw));
    for (const look of [...waiting]) look();
  });
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  return {
    child,
    messages,
    output: () => output,
    heard: (type) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = messages.find((message) => message.type === type);
          if (found === undefined) return;
          waiting.delete(look);
          resolve(found as Extract<ChildMessage, { type: typeof type }>);
        };
        void exited.then((code) =>
          reject(new Error(`the server ended with ${code} before "${type}":\n${output}`)),
        );
        waiting.add(look);
        look();
      }),
    tell: (message) => void child.send(message),
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
