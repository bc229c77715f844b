import { z } from 'zod';

/**
 * The words between `npm start`'s supervisor and its children, over Node's IPC channel. Children ignore SIGINT and
 * SIGTERM and obey these; a child whose channel closes has lost its supervisor and ends itself.
 */
export const PROCESS_NAMES = ['database', 'telemetry', 'server', 'simulator'] as const;
export const processNameSchema = z.enum(PROCESS_NAMES);
export type ProcessName = z.infer<typeof processNameSchema>;

export const processStatusSchema = z.object({
  pid: z.number().int().nullable(),
  status: z.enum(['starting', 'running', 'restarting', 'stopped']),
  detail: z.string(),
  restarts: z.number().int(),
});
export const processesSchema = z.partialRecord(processNameSchema, processStatusSchema);
export type Processes = z.infer<typeof processesSchema>;

/** Child → supervisor. `ready` once its work can be relied on; `status` whenever the line a person should read changes. */
export const childMessageSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready'), detail: z.string(), port: z.number().int().optional() }),
  z.object({ type: z.literal('status'), detail: z.string() }),
  /** The child cannot work with these settings: say it, do not restart it. */
  z.object({ type: z.literal('fatal'), message: z.string() }),
]);
export type ChildMessage = z.infer<typeof childMessageSchema>;

/** Supervisor → child. */
export const supervisorMessageSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('stop') }),
  z.object({ type: z.literal('processes'), processes: processesSchema }),
]);
export type SupervisorMessage = z.infer<typeof supervisorMessageSchema>;
