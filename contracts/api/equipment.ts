import { z } from 'zod';
import { machineStateSchema } from '../machine-state.ts';
import { qualitySchema } from '../quality.ts';
import { pageOf, pageQuerySchema } from './page.ts';

export const siteItemSchema = z.object({
  siteId: z.number().int(),
  site: z.string(),
  name: z.string(),
  timeZone: z.string(),
  organisation: z.string(),
  simulated: z.boolean(),
});
export type SiteItem = z.infer<typeof siteItemSchema>;

const placeSchema = z.object({ site: z.string(), area: z.string(), line: z.string(), machine: z.string() });

export const machineItemSchema = placeSchema.extend({
  machineId: z.number().int(),
  state: machineStateSchema,
  since: z.iso.datetime().nullable(),
});
export type MachineItem = z.infer<typeof machineItemSchema>;

export const signalItemSchema = placeSchema.extend({
  signalId: z.number().int(),
  signal: z.string(),
  unit: z.string().nullable(),
  kind: z.enum(['number', 'boolean', 'text']),
});
export type SignalItem = z.infer<typeof signalItemSchema>;

export const latestItemSchema = placeSchema.extend({
  signalId: z.number().int(),
  signal: z.string(),
  unit: z.string().nullable(),
  at: z.iso.datetime().nullable(),
  value: z.union([z.number(), z.string()]).nullable(),
  quality: qualitySchema,
  stale: z.boolean(),
  ageMs: z.number().nullable(),
});
export type LatestItem = z.infer<typeof latestItemSchema>;

/** `site` narrows to one site; an unknown one is a 404. */
export const equipmentQuerySchema = pageQuerySchema.extend({
  site: z.string().optional().describe('Narrows the list to this site.'),
});

export const sitesSchema = pageOf(siteItemSchema);
export const machinesSchema = pageOf(machineItemSchema);
export const signalsSchema = pageOf(signalItemSchema);
export const latestSchema = pageOf(latestItemSchema);
