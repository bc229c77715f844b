import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { systemClock } from '../../contracts/clock.ts';
import type { ProcessName } from '../../contracts/supervision.ts';
import { isAlive } from '../../tests/support/is-alive.ts';
import { createChild, type Child } from './child.ts';
import { createLogFile } from './log-file.ts';
import { createSupervisor, type Supervisor } from './supervisor.ts';

/** What a process of Sentia does when it is stopped takes a moment: the order in the file shows who was waited for. */
const OBEDIENT = `
  import { appendFileSync } from 'node:fs';
  import { pino } from 'pino';
  import { superviseProcess } from './contracts/supervised-process.ts';
  const keepAlive = setInterval(() => undefined, 1000);
  const me = superviseProcess({
    stop: async () => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      appendFileSync(process.env.ORDER, process.env.NAME + ' ended\\n');
      clearInterval(keepAlive);
      // Last words that nobody may be there to read: what waits to be written must not hold the process.
      log.info('one under way');
      log.info('one that waits');
    },
    onProcesses: (processes) => appendFileSync(process.env.ORDER + '.seen', JSON.stringify(processes) + '\\n'),
  });
  appendFileSync(process.env.ORDER, process.env.NAME + ' began\\n');
  const log = pino();
  log.warn('a warning of ' + process.env.NAME);
  me.ready('works');
`;

let folder: string;
let order: string;
let shown: string[];
let fatal: string[];
beforeAll(async () => {
  // Below the project, so that the scripts find its packages.
  mkdirSync('.cache', { recursive: true });
  folder = mkdtempSync(path.resolve('.cache/supervisor-'));
  const bundle = (contents: string, outfile: string) =>
    build({
      stdin: { contents, resolveDir: process.cwd(), loader: 'ts' },
      ...{ bundle: true, packages: 'external', platform: 'node', format: 'esm' },
      outfile: path.join(folder, outfile),
    });
  await bundle(OBEDIENT, 'obedient.mjs');
  await bundle(
    `import { createChild } from './cli/supervisor/child.ts';
     import { createLogFile } from './cli/supervisor/log-file.ts';
     import { systemClock } from './contracts/clock.ts';
     const child = createChild({ name: 'telemetry', file: ${JSON.stringify(path.join(folder, 'obedient.mjs'))},
       cwd: '.', env: process.env, clock: systemClock, log: createLogFile({ path: process.env.ORDER + '.log', maxBytes: 1e6 }),
       show: () => undefined, onChange: () => undefined, onFatal: () => undefined });
     await child.start();
     console.log(child.status().pid);`,
    'lonely-supervisor.mjs',
  );
  writeFileSync(path.join(folder, 'broken.mjs'), `throw new TypeError('no such thing')`);
  writeFileSync(
    path.join(folder, 'fatal.mjs'),
    `process.send({ type: 'fatal', message: 'The password is wrong.' }); setTimeout(() => process.exit(2), 50)`,
  );
  writeFileSync(
    path.join(folder, 'deaf.mjs'),
    `process.on('message', () => undefined); process.send({ type: 'ready', detail: 'hears nothing' })`,
  );
});
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach(({ task }) => {
  order = path.join(folder, `${task.id}.order`);
  shown = [];
  fatal = [];
});

function child(name: ProcessName, script: string, supervisor?: () => Supervisor): Child {
  return createChild({
    name,
    file: path.join(folder, script),
    cwd: folder,
    env: { ...process.env, ORDER: order, NAME: name },
    clock: systemClock,
    log: createLogFile({ path: `${order}.${name}.log`, maxBytes: 1_000_000 }),
    show: (line) => shown.push(line),
    onChange: () => supervisor?.().tellAll(),
    onFatal: (message) => fatal.push(message),
  });
}

const lines = (file: string) => readFileSync(file, 'utf8').trim().split('\n');

test('processes stop in the reverse order of their start, each waited for', async () => {
  const children = (['database', 'telemetry', 'server'] as const).map((name) => child(name, 'obedient.mjs'));
  const supervisor = createSupervisor({ children, clock: systemClock });
  for (const each of children) await each.start();
  const pids = children.map((each) => each.status().pid!);
  await supervisor.stop();
  expect(lines(order)).toEqual([
    ...['database began', 'telemetry began', 'server began'],
    ...['server ended', 'telemetry ended', 'database ended'],
  ]);
  expect(children.map((each) => each.status().status)).toEqual(['stopped', 'stopped', 'stopped']);
  expect(pids.filter(isAlive)).toEqual([]);
});

test('a process that is killed is started again under a new pid, and the others are told', async () => {
  const supervisor = createSupervisor({ children: [], clock: systemClock });
  let all: Supervisor = supervisor;
  const telemetry = child('telemetry', 'obedient.mjs', () => all);
  const server = child('server', 'obedient.mjs', () => all);
  all = createSupervisor({ children: [telemetry, server], clock: systemClock });
  await telemetry.start();
  await server.start();
  const before = telemetry.status().pid!;
  process.kill(before, 'SIGKILL');
  await vi.waitFor(() => expect(telemetry.status()).toMatchObject({ status: 'running', restarts: 1 }), 5_000);
  expect(telemetry.status().pid).not.toBe(before);
  await vi.waitFor(() => {
    const seen = lines(`${order}.seen`).map((line) => JSON.parse(line).telemetry.status);
    expect(seen).toContain('restarting');
    expect(seen.at(-1)).toBe('running');
  }, 5_000);
  expect(shown.filter((line) => line.startsWith('telemetry ended by SIGKILL'))).toHaveLength(1);
  expect(shown).toContain('telemetry is back.');
  await all.stop();
});

test('a process that is removed is stopped and no longer spoken of', async () => {
  let all: Supervisor = createSupervisor({ children: [], clock: systemClock });
  const server = child('server', 'obedient.mjs', () => all);
  const simulator = child('simulator', 'obedient.mjs', () => all);
  all = createSupervisor({ children: [server, simulator], clock: systemClock });
  await server.start();
  await simulator.start();
  await all.remove('simulator');
  expect(simulator.status()).toMatchObject({ status: 'stopped', pid: null });
  expect(Object.keys(all.processes())).toEqual(['server']);
  await vi.waitFor(() => expect(lines(`${order}.seen`).at(-1)).not.toContain('simulator'), 5_000);
  await all.stop();
});

test('a process that cannot work says why once and is not started again', async () => {
  const server = child('server', 'fatal.mjs');
  await expect(server.start()).rejects.toThrow('The password is wrong.');
  await vi.waitFor(() => expect(server.status()).toMatchObject({ status: 'stopped', pid: null }), 5_000);
  expect(fatal).toEqual(['The password is wrong.']);
  expect(server.status().restarts).toBe(0);
});

test('a process that dies three times before it was ever ready ends the start with its error and its log', async () => {
  const server = child('server', 'broken.mjs');
  await expect(server.start()).rejects.toThrow(
    /^server does not start: it ended with code 1 \(TypeError: no such thing\)\. Its log is .*server\.log$/,
  );
  expect(server.status()).toMatchObject({ status: 'stopped', restarts: 2 });
});

test('a process that does not obey is killed at its deadline', async () => {
  const server = child('server', 'deaf.mjs');
  await server.start();
  const pid = server.status().pid!;
  await server.stop(50);
  expect(isAlive(pid)).toBe(false);
});

test('a warning of a process reaches the terminal, and everything it says its log', async () => {
  const server = child('server', 'obedient.mjs');
  await server.start();
  await vi.waitFor(() => expect(shown).toEqual(['server: warning: a warning of server']), 5_000);
  expect(readFileSync(`${order}.server.log`, 'utf8')).toContain('"a warning of server"');
  await server.stop(5_000);
});

test('a process whose supervisor was killed ends itself and leaves no orphan', async () => {
  const supervisor = spawn(process.execPath, [path.join(folder, 'lonely-supervisor.mjs')], {
    env: { ...process.env, ORDER: order, NAME: 'orphan' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const pid = await new Promise<number>((resolve) =>
    supervisor.stdout.on('data', (text: Buffer) => resolve(Number(text.toString()))),
  );
  expect(isAlive(pid)).toBe(true);
  supervisor.kill('SIGKILL');
  await vi.waitFor(() => expect(isAlive(pid)).toBe(false), 5_000);
  expect(lines(order)).toEqual(['orphan began', 'orphan ended']);
});
