import { expect, test } from 'vitest';
import { nodeVersionMistake } from './node-version.mjs';

test.each(['20.19.0', '20.20.2', '22.12.0', '22.20.1', '24.0.0', '25.1.0'])(
  'Node.js %s is taken',
  (version) => {
    expect(nodeVersionMistake(version)).toBeNull();
  },
);

test.each(['18.20.4', '20.18.1', '21.7.3', '22.11.0', '23.11.0'])(
  'Node.js %s is refused by name',
  (version) => {
    expect(nodeVersionMistake(version)).toContain(`this is ${version}`);
  },
);
