import { z } from 'zod';

/** The levels of equipment that a topic or a constant names. */
export const MAPPED_LEVELS = ['site', 'area', 'line', 'machine', 'signal'] as const;
export type MappedLevel = (typeof MAPPED_LEVELS)[number];

const name = z.string().min(1);
const path = z.string().min(1).max(500);

/** One shape of topic and where its payload has what. docs/connect.md explains it to people. */
const patternSchema = z.strictObject({
  /** For messages about it. */
  name: z.string().min(1).max(60),
  /** Levels are literal, `{site}` … `{signal}`, or `+` for one that is ignored. */
  topic: z.string().min(1).max(1000),
  /** Levels that the topic does not name. */
  constants: z
    .strictObject({ site: name, area: name, line: name, machine: name, signal: name })
    .partial()
    .default({}),
  /** Where the time is; absent: the time of arrival, or what the values themselves say. */
  time: path.optional(),
  /**
   * Where values are: one path where the topic names the signal; `metrics[*].name/value` for a list of names and values;
   * `data.*` for all members of an object; or a path for each signal. Absent: the payload is one of the plain forms.
   */
  values: z.union([path, z.record(z.string(), path)]).optional(),
  /** Where the unit is. */
  unit: path.optional(),
  /** The units of signals whose messages do not say them. */
  units: z.record(z.string(), z.string().min(1).max(40)).default({}),
  quality: path.optional(),
});
export type MappingPattern = z.infer<typeof patternSchema>;

/** The file that SENTIA_MAPPING names. */
export const topicMappingSchema = z.strictObject({
  patterns: z.array(patternSchema).min(1, 'must hold at least one pattern').max(500),
});
