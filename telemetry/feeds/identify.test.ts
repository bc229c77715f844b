import { expect, test } from 'vitest';
import { BROKER_USER } from '../../contracts/simulated-plant.ts';
import { createIdentify } from './identify.ts';

const identify = createIdentify({
  passwords: { [BROKER_USER.server]: 'secret', [BROKER_USER.simulator]: 'other' },
  defaultOrganisation: 'plant',
  simulatorOrganisation: 'demo',
});
const bytes = (text: string) => Buffer.from(text);

test.each([
  {
    name: 'nobody in particular',
    user: undefined,
    password: undefined,
    identity: { kind: 'publisher', organisation: 'plant' },
  },
  {
    name: 'an empty user name',
    user: '',
    password: bytes('x'),
    identity: { kind: 'publisher', organisation: 'plant' },
  },
  {
    name: 'the server',
    user: BROKER_USER.server,
    password: bytes('secret'),
    identity: { kind: 'sentia', organisation: 'plant' },
  },
  {
    name: 'the simulator',
    user: BROKER_USER.simulator,
    password: bytes('other'),
    identity: { kind: 'publisher', organisation: 'demo' },
  },
  {
    name: 'the server with another password',
    user: BROKER_USER.server,
    password: bytes('other'),
    identity: null,
  },
  { name: 'the server without a password', user: BROKER_USER.server, password: undefined, identity: null },
  { name: 'an unknown user', user: 'constructor', password: bytes('x'), identity: null },
])('$name', ({ user, password, identity }) => {
  expect(identify(user, password)).toEqual(identity);
});
