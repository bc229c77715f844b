import { z } from 'zod';

/**
 * The one schema of the environment. Composition roots parse it once; nothing else reads `process.env`. It is also
 * bundled, zod included, into `cli/launch/settings.generated.mjs`, so that `npm start` can check the settings before
 * anything is installed (a test holds the bundle against this file).
 */
const port = (fallback: number) =>
  z
    .string()
    .default(String(fallback))
    .refine(
      (text) => /^\d{1,5}$/.test(text) && Number(text) <= 65_535,
      'must be a port number from 0 to 65535',
    )
    .transform(Number);

const onOff = z.enum(['on', 'off'], 'must be "on" or "off"');

const url = (protocols: readonly string[], example: string) =>
  z.string().refine((text) => {
    const parsed = URL.parse ? URL.parse(text) : safeUrl(text);
    return parsed !== null && protocols.includes(parsed.protocol) && parsed.hostname !== '';
  }, `must be a URL like ${example}`);

function safeUrl(text: string): URL | null {
  try {
    return new URL(text);
  } catch (error) {
    if (error instanceof TypeError) return null;
    throw error;
  }
}

const LOOPBACK_HOSTS = ['127.0.0.1', 'localhost', '::1'];

const schema = z.object({
  PORT: port(3000),
  HOST: z
    .string()
    .default('127.0.0.1')
    .refine(
      (host) => LOOPBACK_HOSTS.includes(host),
      'must be a loopback address (127.0.0.1, localhost or ::1): other addresses are refused until sign-in is configured',
    ),
  SENTIA_DATA_DIR: z.string().min(1, 'must be a directory').default('./.sentia'),
  DATABASE_URL: url(['postgres:', 'postgresql:'], 'postgres://user:password@host:5432/database').optional(),
  DATABASE_WRITER_URL: url(
    ['postgres:', 'postgresql:'],
    'postgres://user:password@host:5432/database',
  ).optional(),
  MQTT_URL: url(['mqtt:', 'mqtts:', 'ws:', 'wss:'], 'mqtt://user:password@host:1883').optional(),
  MQTT_CA: z.string().min(1, 'must be the path of a PEM file').optional(),
  SENTIA_MQTT_PORT: port(1883),
  SENTIA_TOPICS: z
    .string()
    .default('plants/#,spBv1.0/#')
    .transform((text) => text.split(',').map((filter) => filter.trim()))
    .refine(
      (filters) => filters.every(isTopicFilter),
      'must be MQTT topic filters separated by commas, like plants/#,spBv1.0/#',
    ),
  SENTIA_MAPPING: z.string().min(1, 'must be the path of a JSON file').optional(),
  SENTIA_SPOOL_MB: z
    .string()
    .default('1024')
    .refine(
      (text) => /^[1-9]\d{0,6}$/.test(text),
      'must be a number of megabytes, 1 or more: what may wait on disk while the database is away',
    )
    .transform(Number),
  SENTIA_DEMO: onOff.optional(),
  SENTIA_ORGANISATION: z
    .string()
    .regex(/^[a-z0-9-]{1,40}$/, 'must be 1 to 40 of a-z, 0-9 and "-"')
    .refine((slug) => slug !== 'demo', 'must not be "demo": that organisation is the simulated one')
    .default('plant'),
  SENTIA_SPARKPLUG_HOST: z
    .string()
    .regex(/^[A-Za-z0-9._-]{1,60}$/, 'must be 1 to 60 of letters, digits, ".", "_" and "-"')
    .optional(),
  SENTIA_SPARKPLUG_REORDER_MS: z
    .string()
    .default('2000')
    .refine(
      (text) => /^\d{1,5}$/.test(text) && Number(text) <= 60_000,
      'must be milliseconds from 0 to 60000',
    )
    .transform(Number),
  SENTIA_AUTH: z
    .enum(['demo'], 'must be "demo": built-in sign-in and Clerk are not available in this version')
    .default('demo'),
  SENTIA_PUBLIC_URL: url(['http:', 'https:'], 'https://sentia.example.com').optional(),
});

/** `+` and `#` stand alone in their level and `#` only at the end (MQTT 3.1.1 §4.7.1). */
function isTopicFilter(filter: string): boolean {
  if (filter === '' || filter.length > 1000 || filter.startsWith('sentia/')) return false;
  const levels = filter.split('/');
  return levels.every((level, i) =>
    level === '#' ? i === levels.length - 1 : level === '+' || !/[+#\u0000]/.test(level),
  );
}

const OURS = /^(SENTIA_|MQTT_(URL|CA)$|DATABASE_(WRITER_)?URL$)/;

/** Set by the supervisor for its children (`contracts/internal-settings.ts`) or by npm and tests; not for people. */
const INTERNAL = /^SENTIA_(INTERNAL|LOG_LEVEL|SIMULATOR_SEED|TEST_[A-Z_]+)$/;

/** Settings of the public contract whose capability is still to come: refused, since ignoring them would mislead. */
const STILL_TO_COME =
  /^(SENTIA_TRUST_PROXY|SENTIA_TLS_(CERT|KEY)|CLERK_(SECRET_KEY|PUBLISHABLE_KEY|JWT_KEY))$/;

export interface Settings {
  port: number;
  host: string;
  dataDir: string;
  databaseUrl: string | null;
  databaseWriterUrl: string | null;
  mqttUrl: string | null;
  mqttCa: string | null;
  mqttPort: number;
  topics: readonly string[];
  /** The file that maps topics of the customer's own; null for none. */
  mapping: string | null;
  spoolMb: number;
  demo: boolean;
  organisation: string;
  /** How edge nodes of Sparkplug B know this host application; unique among all hosts of a broker. */
  sparkplugHost: string;
  /** How long a missing sequence number of Sparkplug B is waited for before its edge node is asked for births. */
  sparkplugReorderMs: number;
  auth: 'demo';
  publicUrl: string | null;
}

/**
 * @returns the settings, or one line per mistake that names the variable, what is wrong and what to do. Empty
 * variables count as unset. Values that may hold a password are never repeated in a line.
 */
export function parseEnvironment(
  environment: Record<string, string | undefined>,
): { ok: true; settings: Settings } | { ok: false; lines: string[] } {
  const given = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''),
  );
  const lines: string[] = [];
  for (const name of Object.keys(given)) {
    if (STILL_TO_COME.test(name)) {
      lines.push(`${name} is set, but this version of Sentia cannot honour it yet. Remove it.`);
    } else if (OURS.test(name) && !INTERNAL.test(name) && !(name in schema.shape)) {
      lines.push(
        `${name} is not a setting of Sentia. Remove it, or see docs/guide-operators.md for the names.`,
      );
    }
  }
  const parsed = schema.safeParse(given);
  if (!parsed.success) {
    for (const issue of parsed.error.issues) lines.push(`${issue.path.join('.')} ${issue.message}.`);
    return { ok: false, lines };
  }
  const e = parsed.data;
  if (e.DATABASE_WRITER_URL !== undefined && e.DATABASE_URL === undefined) {
    lines.push(
      'DATABASE_WRITER_URL is set but DATABASE_URL is not. Set both, or neither for the embedded database.',
    );
  }
  if (e.MQTT_CA !== undefined && e.MQTT_URL === undefined) {
    lines.push('MQTT_CA is set but MQTT_URL is not. Set MQTT_URL too, or remove MQTT_CA.');
  }
  if (e.MQTT_CA !== undefined && e.MQTT_URL !== undefined && !/^(mqtts|wss):/.test(e.MQTT_URL)) {
    lines.push('MQTT_CA is set but MQTT_URL is not encrypted. Use mqtts:// or wss://, or remove MQTT_CA.');
  }
  if (e.MQTT_URL !== undefined && given['SENTIA_MQTT_PORT'] !== undefined) {
    lines.push(
      'SENTIA_MQTT_PORT and MQTT_URL are both set. With MQTT_URL there is no embedded broker: remove one of them.',
    );
  }
  if (e.MQTT_URL === undefined && e.SENTIA_MQTT_PORT === e.PORT && e.PORT !== 0) {
    lines.push(`PORT and SENTIA_MQTT_PORT are both ${e.PORT}. Give them different ports.`);
  }
  if (lines.length > 0) return { ok: false, lines };
  return {
    ok: true,
    settings: {
      port: e.PORT,
      host: e.HOST,
      dataDir: e.SENTIA_DATA_DIR,
      databaseUrl: e.DATABASE_URL ?? null,
      databaseWriterUrl: e.DATABASE_WRITER_URL ?? e.DATABASE_URL ?? null,
      mqttUrl: e.MQTT_URL ?? null,
      mqttCa: e.MQTT_CA ?? null,
      mqttPort: e.SENTIA_MQTT_PORT,
      topics: e.SENTIA_TOPICS,
      mapping: e.SENTIA_MAPPING ?? null,
      spoolMb: e.SENTIA_SPOOL_MB,
      demo:
        e.SENTIA_DEMO === undefined
          ? e.DATABASE_URL === undefined && e.MQTT_URL === undefined
          : e.SENTIA_DEMO === 'on',
      organisation: e.SENTIA_ORGANISATION,
      sparkplugHost: e.SENTIA_SPARKPLUG_HOST ?? `sentia-${e.SENTIA_ORGANISATION}`,
      sparkplugReorderMs: e.SENTIA_SPARKPLUG_REORDER_MS,
      auth: e.SENTIA_AUTH,
      publicUrl: e.SENTIA_PUBLIC_URL ?? null,
    },
  };
}
