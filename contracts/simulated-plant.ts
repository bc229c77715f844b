/** The demo is its own organisation, marked SIMULATED wherever its data show, removable whole. */
export const DEMO_ORGANISATION = { slug: 'demo', name: 'Sentia demo company' } as const;

/** The simulated sites belong to the demo from the start, whichever broker they publish through. */
export const DEMO_SITES = [
  { slug: 'lindau', name: 'Lindau', timeZone: 'Europe/Berlin' },
  { slug: 'porto', name: 'Porto', timeZone: 'Europe/Lisbon' },
] as const;

/** Broker user names that Sentia itself uses; their passwords are made anew at each start and handed to the children. */
export const BROKER_USER = { server: 'sentia', simulator: 'sentia-simulator' } as const;
