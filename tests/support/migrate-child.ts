import { z } from 'zod';
import { migrate } from '../../prisma/migrate.ts';

/** A process that migrates the database named by its first argument and prints what it applied. */
const target = z
  .union([
    z.object({ kind: z.literal('socket'), socketDir: z.string() }),
    z.object({ kind: z.literal('url'), url: z.string() }),
  ])
  .parse(JSON.parse(process.argv[2] ?? ''));
const { applied } = await migrate(target, { info: () => undefined });
process.stdout.write(JSON.stringify(applied));
