import { withoutPassword } from '../broker/connect-broker.ts';

export interface Summary {
  /** Where the pages are. */
  url: string;
  dataDir: string;
  database: 'embedded' | 'external';
  broker: 'embedded' | 'external';
  /** Where machines publish, without credentials. */
  mqttUrl: string;
  demo: boolean;
  organisation: string;
  pid: number;
}

/** What `sentia start --json` prints once everything runs. */
export function summarise(of: {
  host: string;
  port: number;
  mqttPort: number;
  mqttUrl: string | null;
  databaseUrl: string | null;
  dataDir: string;
  demo: boolean;
  organisation: string;
}): Summary {
  const host = of.host.includes(':') ? `[${of.host}]` : of.host === '127.0.0.1' ? 'localhost' : of.host;
  return {
    url: `http://${host}:${of.port}/`,
    dataDir: of.dataDir,
    database: of.databaseUrl === null ? 'embedded' : 'external',
    broker: of.mqttUrl === null ? 'embedded' : 'external',
    mqttUrl: of.mqttUrl === null ? `mqtt://127.0.0.1:${of.mqttPort}` : withoutPassword(of.mqttUrl),
    demo: of.demo,
    organisation: of.organisation,
    pid: process.pid,
  };
}

/** The block a person reads: where to look, what runs inside, where the data is, how to connect and how to stop. */
export function describeSummary(summary: Summary): string {
  const { hostname, port } = new URL(summary.mqttUrl);
  const broker = summary.broker === 'embedded' ? `embedded, ${summary.mqttUrl}` : summary.mqttUrl;
  const rows = [
    ['Open', summary.url],
    ['Broker', broker],
    [
      'Database',
      summary.database === 'embedded' ? 'embedded (PostgreSQL with pgvector)' : 'yours (DATABASE_URL)',
    ],
    [
      'Plant',
      summary.demo ? 'simulated, marked SIMULATED; `npx sentia demo remove` deletes it' : 'yours alone',
    ],
    ['Data', summary.dataDir],
    [
      'Connect',
      `mosquitto_pub -h ${hostname} -p ${port || 1883} -q 1 -t plants/my-site/hall-1/line-1/press-1/temperature -m 71.2`,
    ],
    ['Stop', 'Ctrl-C'],
  ];
  const lines = rows.map(([label = '', text = '']) => `    ${label.padEnd(10)}${text}`);
  return ['', '  Sentia is running.', '', ...lines, '', ''].join('\n');
}
