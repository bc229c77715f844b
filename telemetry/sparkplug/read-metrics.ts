import type { RefusalReason } from '../../contracts/api/dead-letters.ts';
import { refuse, type Decoded, type Read } from '../decode/decoded.ts';
import { elementOf } from '../decode/element.ts';
import { readTime } from '../decode/read-time.ts';
import { readSignalName } from '../decode/read-topic.ts';
import { readUnit } from '../decode/read-value.ts';
import { excerptOf, show } from '../decode/show.ts';
import { toStorableText } from '../decode/storable-text.ts';
import { REBIRTH_METRIC } from './encode-rebirth.ts';
import type { Metric, SparkplugPayload } from './payload.ts';
import { kindOf, readMetric } from './read-metric.ts';
import { datatypeOf } from './schema.ts';

export const BDSEQ_METRIC = 'bdSeq';
/** What the protocol speaks of itself: no readings. */
const PROTOCOL_METRICS = new Set([
  ...[BDSEQ_METRIC, REBIRTH_METRIC, 'Node Control/Reboot', 'Node Control/Next Server'],
  ...['Device Control/Rebirth', 'Device Control/Reboot'],
]);

/** What a birth says of a metric. */
interface Definition {
  /** Where its readings go, or why they cannot; null for a metric of the protocol. */
  path: Read<string> | null;
  datatype: number | null;
  unit: string | null;
}

/** What a birth announced of a node or device: what its data may name from now on. */
export interface Announced {
  byName: ReadonlyMap<string, Definition>;
  byAlias: ReadonlyMap<string, Definition>;
  /** The slugs of its signals. */
  signals: readonly string[];
}

/** Reads a birth: what it announces, and its values as readings. `machine` is the path of the machine it names. */
export function readBirth(
  payload: SparkplugPayload,
  machine: string,
  receivedAtMs: number,
): { announced: Announced; decoded: Decoded } {
  const byName = new Map<string, Definition>();
  const byAlias = new Map<string, Definition>();
  const signals = new Set<string>();
  for (const metric of payload.metrics) {
    const definition = define(metric, machine, signals);
    if (metric.name !== null) byName.set(metric.name, definition);
    if (metric.alias !== null) byAlias.set(metric.alias, byAlias.has(metric.alias) ? AMBIGUOUS : definition);
  }
  const announced = { byName, byAlias, signals: [...signals] };
  return { announced, decoded: readData(payload, announced, receivedAtMs).decoded };
}

/** Reads data by what the birth announced. `unknown`: it names a metric that the birth did not, so the birth is out of date. */
export function readData(
  payload: SparkplugPayload,
  announced: Announced,
  receivedAtMs: number,
): { decoded: Decoded; unknown: boolean } {
  const decoded: Decoded = { readings: [], orders: [], refusals: [] };
  let unknown = false;
  payload.metrics.forEach((metric, i) => {
    const element = elementOf(i, null);
    const definition = find(metric, announced);
    unknown ||= definition === null;
    const read = definition === null ? unannounced(metric) : definition.path;
    if (read === null) return;
    const reading =
      read.ok && definition !== null ? readOne(metric, definition, payload, receivedAtMs) : read;
    if (!reading.ok) {
      const detail = toStorableText(`metric ${labelOf(metric)}: ${reading.detail}`);
      decoded.refusals.push({ reason: reading.reason, detail, excerpt: excerptOf(shown(metric)), element });
    } else if (read.ok && typeof reading.value === 'object') {
      decoded.readings.push({ ...reading.value, path: read.value, element });
      if (metric.historical) decoded.late = true;
    }
  });
  return { decoded, unknown };
}

/** A message of which nothing can be stored. */
export function refusedWhole(reason: RefusalReason, detail: string): Decoded {
  return { readings: [], orders: [], refusals: [{ reason, detail: toStorableText(detail), excerpt: null }] };
}

/** The number of the session that a birth or death of an edge node belongs to; null where it does not say. */
export function readBdSeq(payload: SparkplugPayload): string | null {
  const value = payload.metrics.find((metric) => metric.name === BDSEQ_METRIC)?.value;
  return value?.field === 'int' || value?.field === 'long' ? value.value.toString() : null;
}

const AMBIGUOUS: Definition = {
  path: refuse(
    'bad_sparkplug',
    'the birth gave its alias to several metrics. An alias is unique in an edge node.',
  ),
  datatype: null,
  unit: null,
};

function define(metric: Metric, machine: string, signals: Set<string>): Definition {
  const { name, datatype } = metric;
  const unit = readUnit(metric.unit);
  const rest = { datatype, unit: unit.ok ? unit.value : null };
  if (name === null) return { path: refuse('bad_name', 'a birth gives every metric a name.'), ...rest };
  if (PROTOCOL_METRICS.has(name)) return { path: null, ...rest };
  const slug = readSignalName(name);
  if (!slug.ok) return { path: slug, ...rest };
  if (signals.has(slug.value)) {
    const detail = `another metric of this birth has the name ${show(slug.value)} too ("/" is kept as ".").`;
    return { path: refuse('bad_name', detail), ...rest };
  }
  if (kindOf(datatypeOf(datatype)) !== null) signals.add(slug.value);
  return { path: { ok: true, value: `${machine}/${slug.value}` }, ...rest };
}

/** A name counts before an alias: some encoders send the alias 0 with every metric. */
function find({ name, alias }: Metric, { byName, byAlias }: Announced): Definition | null {
  if (name !== null && name !== '') return byName.get(name) ?? null;
  return alias === null ? null : (byAlias.get(alias) ?? null);
}

function unannounced(metric: Metric): ReturnType<typeof refuse> {
  const word = metric.name === null ? 'alias' : 'name';
  return refuse('unknown_metric', `the birth did not announce this ${word}. A rebirth is asked for.`);
}

function readOne(
  metric: Metric,
  definition: Definition,
  payload: SparkplugPayload,
  receivedAtMs: number,
): Read<Omit<Decoded['readings'][number], 'path'>> {
  const value = readMetric(metric, datatypeSent(metric) ?? definition.datatype);
  if (!value.ok) return value;
  const at = readMilliseconds(metric.timestampMs ?? payload.timestampMs, receivedAtMs);
  return at.ok ? { ok: true, value: { ...value.value, unit: definition.unit, atMicros: at.value } } : at;
}

function datatypeSent({ datatype }: Metric): number | null {
  return datatype === 0 ? null : datatype;
}

/** Sparkplug's times are milliseconds whatever their size: one that would be read as seconds lies before 1973. */
function readMilliseconds(ms: number | null, receivedAtMs: number): Read<number | null> {
  if (ms === null || ms >= 1e11) return readTime(ms === null ? null : Math.min(ms, 9e13), receivedAtMs);
  return refuse(
    'implausible_time',
    `its time is ${ms} ms since 1970: before 2000-01-01. Set the sender's clock, or leave the time out.`,
  );
}

function labelOf({ name, alias }: Metric): string {
  if (name !== null) return show(name);
  return alias === null ? 'without name and alias' : `of alias ${alias}`;
}

function shown({ name, alias, datatype, value }: Metric): object {
  const bytes = value?.field === 'bytes';
  return {
    ...(name === null ? {} : { name }),
    ...(alias === null ? {} : { alias }),
    ...(datatype === null ? {} : { datatype: datatypeOf(datatype) }),
    ...(value === null ? {} : { value: bytes ? `${value.value.byteLength} bytes` : value.value }),
  };
}
