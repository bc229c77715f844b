import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { hasSparkplugData, hostAssertions } from '../../tests/support/sparkplug-data.ts';

const ROOM = import.meta.dirname;
const DECISION = path.resolve(ROOM, '../../docs/decisions/011-sparkplug-host.md');

test.runIf(hasSparkplugData)(
  'every assertion that names the host application has a test, or a reason why it does not apply',
  () => {
    const tests = readdirSync(ROOM)
      .filter((file) => file.endsWith('.test.ts'))
      .map((file) => readFileSync(path.join(ROOM, file), 'utf8'))
      .join('\n');
    const titled = new Set(tests.match(/(?<=')tck-id-[a-z0-9-]+(?= )/g));
    const excused = new Set(readFileSync(DECISION, 'utf8').match(/tck-id-[a-z0-9-]+/g));
    const missing = hostAssertions().filter((id) => !titled.has(id) && !excused.has(id));
    expect(missing).toEqual([]);
    expect(hostAssertions().filter((id) => titled.has(id) && excused.has(id))).toEqual([]);
  },
);
