import { expect, test } from 'vitest';
import { ownerFor, type Ownership } from './site-owners.ts';

const ownership: Ownership = {
  sites: new Map([['lindau', { siteId: 1, organisationId: 2, organisation: 'demo' }]]),
  organisations: new Map([
    ['plant', 1],
    ['demo', 2],
  ]),
};

test.each([
  { name: 'its owner writes to a site', site: 'lindau', publisher: 'demo', owner: 'demo' },
  { name: 'a broker without credentials writes to a site', site: 'lindau', publisher: null, owner: 'demo' },
  { name: 'a publisher creates a site of its own', site: 'ulm', publisher: 'demo', owner: 'demo' },
  {
    name: 'an unknown publisher creates a site of the default organisation',
    site: 'ulm',
    publisher: null,
    owner: 'plant',
  },
])('$name', ({ site, publisher, owner }) => {
  expect(ownerFor(ownership, site, publisher, 'plant')).toEqual({ ok: true, organisation: owner });
});

test.each([
  { name: 'a publisher of another organisation is refused', site: 'lindau', publisher: 'plant' },
  { name: 'an organisation that was removed creates nothing', site: 'ulm', publisher: 'gone' },
])('$name', ({ site, publisher }) => {
  expect(ownerFor(ownership, site, publisher, 'plant')).toMatchObject({ ok: false });
});
