import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';

/**
 * How `sentia demo remove` and a running supervisor agree, in a file of the data directory: the command asks, the
 * supervisor stops whatever would make the demo again and says so, the command removes it. Once the file stands, no
 * start makes the demo again.
 */
const demoStateSchema = z.object({ state: z.enum(['asked', 'quiet', 'removed']) });
export type DemoState = z.infer<typeof demoStateSchema>['state'];

const fileOf = (dataDir: string) => path.join(dataDir, 'demo.json');

/** @returns null while nobody wants the demo gone */
export function readDemoState(dataDir: string): DemoState | null {
  if (!existsSync(fileOf(dataDir))) return null;
  return demoStateSchema.parse(JSON.parse(readFileSync(fileOf(dataDir), 'utf8'))).state;
}

export function writeDemoState(dataDir: string, state: DemoState): void {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  // By renaming, so that whoever looks never sees half of it.
  writeFileSync(`${fileOf(dataDir)}.new`, `${JSON.stringify({ state })}\n`);
  renameSync(`${fileOf(dataDir)}.new`, fileOf(dataDir));
}
