import { z } from 'zod';

/**
 * What the supervisor hands to its children in the variable SENTIA_INTERNAL as JSON: where the embedded database's
 * socket is, and the passwords of Sentia's own broker users, made anew at each start.
 */
export const internalSettingsSchema = z.object({
  /** Absolute; the children's working directory may differ. */
  dataDir: z.string(),
  /** Folder that holds `.s.PGSQL.5432`; null when DATABASE_URL is set. */
  databaseSocketDir: z.string().nullable(),
  /** Passwords by broker user name (`BROKER_USER`). */
  brokerPasswords: z.record(z.string(), z.string()),
  /** False once `sentia demo remove` has removed the demo: then nothing may create it again. */
  demo: z.boolean(),
});
export type InternalSettings = z.infer<typeof internalSettingsSchema>;
